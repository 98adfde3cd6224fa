@echo off
rem The command line of an installed Pinwheel: the application as Node, without a window.
setlocal
if "%~1"=="start" (shift & start "" "%~dp0..\..\Pinwheel.exe" %2 %3 %4 & exit /b)
set ELECTRON_RUN_AS_NODE=1
"%~dp0..\..\Pinwheel.exe" "%~dp0..\app.asar.unpacked\out\main\headless.js" %*
