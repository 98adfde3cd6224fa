import '@fontsource-variable/inter/wght.css';
import '../style/tokens.css';
import '../style/base.css';
import { mount } from 'svelte';
import { Panel } from '../state/panel.svelte.ts';
import { chooseTransport } from '../transport/chooseTransport.ts';
import Flyout from './Flyout.svelte';

mount(Flyout, { target: document.body, props: { panel: new Panel(chooseTransport()) } });
