// Runs before the first paint, so that a dark screen never flashes white. External on purpose: the policy forbids inline scripts.
(() => {
  const root = document.documentElement;
  let scheme = 'auto';
  try {
    scheme = localStorage.getItem('perennial.scheme') || 'auto';
    const locale = localStorage.getItem('perennial.locale');
    if (locale === 'zh-CN' || locale === 'en') root.lang = locale;
  } catch (_) {}
  const dark = scheme === 'dark' || (scheme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  root.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
