import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import { dependencyRule } from './scripts/lint/dependencyRule.mjs';
import { docRule } from './scripts/lint/docRule.mjs';
import { swallowedErrors } from './scripts/lint/swallowedErrors.mjs';
import svelteConfig from './svelte.config.js';

/** What a pure layer must not reach for, although the type checker knows it. */
const nodeGlobals = ['process', 'Buffer', 'global', 'require', 'setImmediate', '__dirname', '__filename'];

export default tseslint.config(
  {
    ignores: [
      'out/',
      'dist/',
      'node_modules/',
      '.cache/',
      'test-results/',
      // AssemblyScript, and what is compiled from it.
      'src/main/synth/kernel/assembly/',
      'src/main/synth/kernel/kernelBinary.js',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  ...tseslint.configs.recommendedTypeChecked.map((config) => ({
    ...config,
    files: ['**/*.ts', '**/*.svelte'],
  })),
  ...svelte.configs.recommended,
  {
    files: ['**/*.ts', '**/*.svelte'],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      // Services and dependencies are objects of closures here; taking a function out of one is how they are used.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { parser: tseslint.parser, svelteConfig },
    },
    // Svelte's own `$props()` and `$state` need `let`.
    rules: { 'prefer-const': 'off', 'svelte/prefer-const': 'error' },
  },

  {
    // The linter does not know the types of components and of template values; svelte-check does.
    files: ['**/*.svelte'],
    rules: {
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },

  {
    files: ['src/**'],
    plugins: {
      pinwheel: {
        rules: { dependencies: dependencyRule, docs: docRule, 'swallowed-errors': swallowedErrors },
      },
    },
    rules: { 'pinwheel/dependencies': 'error', 'pinwheel/swallowed-errors': 'error' },
  },
  {
    files: ['src/contract/**', 'src/main/engine/**', 'src/main/synth/**'],
    rules: { 'pinwheel/docs': 'error' },
  },
  {
    files: [
      'src/contract/**',
      'src/main/engine/**',
      'src/main/adapters/**',
      'src/main/synth/**',
      'src/main/wave/**',
      'src/renderer/**',
    ],
    rules: { 'no-restricted-globals': ['error', ...nodeGlobals] },
  },
  {
    // Tests look into JSON and into what other programs print; a wrong shape fails the test.
    files: ['test/**'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  // Programs that talk to a terminal.
  { files: ['src/main/headless.ts', 'src/main/cli/**', 'test/**'], rules: { 'no-console': 'off' } },

  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: { globals: globals.node },
    rules: { 'no-undef': 'error', 'no-unused-vars': 'error', 'prefer-const': 'error', eqeqeq: 'error' },
  },
);
