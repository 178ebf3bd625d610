import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

const jade: MantineColorsTuple = [
  '#E0F3EF',
  '#C6E9E2',
  '#A8DACE',
  '#84DCCB',
  '#63CDB9',
  '#41A593',
  '#16806F',
  '#0B7A6A',
  '#0B6B5D',
  '#085347',
];

export const theme = createTheme({
  colors: { jade },
  primaryColor: 'jade',
  primaryShade: { light: 8, dark: 7 },
  autoContrast: true,
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", "PingFang SC", "HarmonyOS Sans SC", "Microsoft YaHei UI", "Noto Sans CJK SC", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '22px' },
  lineHeights: { xs: '1.334', sm: '1.539', md: '1.572', lg: '1.5', xl: '1.364' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  radius: { xs: '4px', sm: '6px', md: '6px', lg: '10px', xl: '16px' },
  defaultRadius: 'sm',
  shadows: {
    xs: 'none',
    sm: 'none',
    md: '0 8px 24px rgb(15 23 32 / .12)',
    lg: '0 8px 24px rgb(15 23 32 / .12)',
    xl: '0 8px 24px rgb(15 23 32 / .12)',
  },
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '22px', lineHeight: '30px' } } },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    InputWrapper: { defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] } },
    Badge: { defaultProps: { variant: 'default', tt: 'none', radius: 'xl', fw: 500 } },
    Button: { defaultProps: { fw: 600 } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    Popover: { defaultProps: { shadow: 'md', transitionProps: { duration: 120, exitDuration: 80 } } },
    Select: { defaultProps: { allowDeselect: false, withAlignedLabels: true, comboboxProps: { shadow: 'md' } } },
    SegmentedControl: { defaultProps: { fw: 500 } },
    Modal: { defaultProps: { transitionProps: { duration: 120, exitDuration: 80 }, radius: 'lg', centered: true } },
    Drawer: { defaultProps: { transitionProps: { duration: 120, exitDuration: 80 } } },
    Loader: { defaultProps: { type: 'dots' } },
  },
});

/** Mantine reads our tokens (tokens.css), so that both schemes come from one place. */
export const cssVariables: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--canvas)',
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-dimmed': 'var(--text-3)',
    '--mantine-color-placeholder': 'var(--text-3)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-hover': 'var(--sunken)',
    '--mantine-color-default-color': 'var(--text)',
    '--mantine-color-default-border': 'var(--border)',
    '--mantine-color-anchor': 'var(--link)',
    '--mantine-color-error': 'var(--danger)',
    '--mantine-color-bright': 'var(--text)',
    '--mantine-color-gray-light-hover': 'var(--sunken)',
    '--mantine-color-gray-light-color': 'var(--text-2)',
    '--mantine-color-gray-text': 'var(--text-2)',
    '--mantine-color-jade-light': 'var(--primary-soft)',
    '--mantine-color-jade-light-hover': 'var(--primary-soft)',
    '--mantine-color-jade-light-color': 'var(--on-primary-soft)',
    '--mantine-color-jade-text': 'var(--link)',
    '--mantine-color-red-text': 'var(--danger)',
    '--mantine-color-red-light': 'var(--danger-soft)',
    '--mantine-color-red-light-hover': 'var(--danger-soft)',
    '--mantine-color-red-light-color': 'var(--danger)',
    '--mantine-color-red-outline': 'var(--danger)',
  };
  // Mantine writes most of these per scheme, so they are overridden there; a root-level value would lose.
  return { variables: {}, light: shared, dark: shared };
};
