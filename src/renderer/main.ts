import '@fontsource-variable/inter/wght.css';
import './style/tokens.css';
import './style/base.css';
import { mount } from 'svelte';
import App from './app/App.svelte';
import { Panel } from './state/panel.svelte.ts';
import { chooseTransport } from './transport/chooseTransport.ts';

mount(App, {
  target: document.body,
  props: { panel: new Panel(chooseTransport(), window.pinwheel) },
});
