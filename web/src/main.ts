import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';

import { mount } from 'svelte';

import App from './App.svelte';
import { session } from './lib/session.svelte.ts';
import { theme } from './lib/theme.svelte.ts';

theme.start();
session.restore(Date.now());

const target = document.getElementById('app');
if (target) mount(App, { target });
