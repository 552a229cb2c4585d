/** Dark or light: the system's choice until the person makes one, which this browser then remembers. */

export type Theme = 'light' | 'dark';
const KEY = 'todo.theme';

class ThemeChoice {
  current = $state<Theme>('light');

  /** Follows the stored choice, else the system. Call once, before the page is drawn. */
  start(): void {
    const system = matchMedia('(prefers-color-scheme: dark)');
    const stored = localStorage.getItem(KEY);
    this.#show(stored === 'dark' || stored === 'light' ? stored : system.matches ? 'dark' : 'light');
    system.addEventListener('change', () => {
      if (!localStorage.getItem(KEY)) this.#show(system.matches ? 'dark' : 'light');
    });
  }

  toggle(): void {
    this.#show(this.current === 'dark' ? 'light' : 'dark');
    localStorage.setItem(KEY, this.current);
  }

  #show(theme: Theme): void {
    this.current = theme;
    document.documentElement.dataset['theme'] = theme;
  }
}

export const theme = new ThemeChoice();
