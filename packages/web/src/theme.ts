import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

const slateBlue: MantineColorsTuple = [
  '#eef4ff',
  '#dbe6fb',
  '#b5cbf3',
  '#86b1ff',
  '#6794e6',
  '#4678d4',
  '#2456b8',
  '#1e4a9f',
  '#193d84',
  '#12305e',
];

/** Mantine gives behaviour and accessibility; how things look is in `styles/tokens.css`. */
export const theme = createTheme({
  fontFamily: 'var(--bw-font)',
  fontFamilyMonospace: 'var(--bw-mono)',
  primaryColor: 'slate-blue',
  primaryShade: { light: 6, dark: 3 },
  colors: { 'slate-blue': slateBlue },
  defaultRadius: 6,
  cursorType: 'pointer',
  respectReducedMotion: true,
});

/** Hands our tokens to Mantine's own components. */
export const cssVariables: CSSVariablesResolver = () => {
  const tokens = {
    '--mantine-color-body': 'var(--bw-page-bg)',
    '--mantine-color-text': 'var(--bw-text)',
    '--mantine-color-dimmed': 'var(--bw-muted)',
    '--mantine-color-default': 'var(--bw-surface)',
    '--mantine-color-default-hover': 'var(--bw-sunken)',
    '--mantine-color-default-border': 'var(--bw-border)',
    '--mantine-color-default-color': 'var(--bw-text)',
  };
  return { variables: {}, light: tokens, dark: tokens };
};
