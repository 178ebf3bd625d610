// Fails when a route downloads more than its budget. Reads the Vite manifest of the last build.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const JS_BUDGET_KB = 230;
const CSS_BUDGET_KB = 45;
const PAGE = /Page\.tsx$/;
const LANGUAGE = /i18n\/(zh|en)\/(\w+)\.ts$/;

const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));
const sizes = new Map();

function gzipKb(file) {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length / 1024);
  return sizes.get(file);
}

/** All files which are loaded when `key` is loaded: static imports only, lazy routes are counted by themselves. */
function collect(key, seen = new Set(), files = { js: new Set(), css: new Set() }) {
  if (seen.has(key)) return files;
  seen.add(key);
  const chunk = manifest[key];
  files.js.add(chunk.file);
  for (const css of chunk.css ?? []) files.css.add(css);
  for (const next of chunk.imports ?? []) collect(next, seen, files);
  return files;
}

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const lazy = Object.keys(manifest).filter((key) => manifest[key].isDynamicEntry);
/** Pages with words of more slices than their own, as `app/router.tsx` and `withWords` say. */
const FURTHER_WORDS = {
  'src/app/StartPage.tsx': ['home', 'value'],
  'src/inventory/InventorySection.tsx': ['fields'],
  'src/identity/MergePage.tsx': ['customers'],
  'src/privacy/CustomerPrivacyPage.tsx': ['consent'],
  'src/privacy/PrivacySection.tsx': ['consent'],
  'src/settings/audit/AuditSection.tsx': ['audit', 'sources', 'plans', 'consent', 'privacy', 'webhooks'],
  'src/tickets/TicketsPage.tsx': ['usageCards'],
  'src/usageCards/UsageTab.tsx': ['tickets', 'customers', 'journey'],
  'src/usageCards/UsageCardsSection.tsx': ['fields'],
  'src/usageCards/CardDialog.tsx': ['fields', 'settings'],
  'src/units/UnitsPage.tsx': ['codes'],
  'src/receipts/ReceiptsPage.tsx': ['codes'],
  'src/receipts/SettingsDialog.tsx': ['consent', 'codes'],
  'src/paths/PathsPanel.tsx': ['scenes'],
  'src/paths/CustomerPathsPanel.tsx': ['journey', 'customers'],
  'src/units/UnitBatchPage.tsx': ['codes'],
  'src/forms/FormsPage.tsx': ['codes'],
  'src/forms/editor/EditorPage.tsx': ['formEditor', 'fields'],
  'src/segments/SegmentPage.tsx': ['segmentInsight'],
  'src/communities/CommunitiesPage.tsx': ['segments'],
  'src/communities/CommunityPage.tsx': ['segments'],
  'src/keyCustomers/KeyCustomersPage.tsx': ['segments'],
  'src/layers/LayerPage.tsx': ['segmentInsight', 'segments'],
  'src/layers/customer/LayersTab.tsx': ['customerLayers', 'segmentInsight', 'customers', 'journey'],
  'src/layers/editor/EditorPage.tsx': ['segments', 'segmentEditor', 'ruleBuilder'],
  'src/segments/compare/ComparePage.tsx': ['segmentInsight'],
  'src/segments/editor/EditorPage.tsx': ['segmentEditor', 'segmentInsight', 'ruleBuilder'],
  'src/clerks/AddClerkDialog.tsx': ['settings', 'team'],
  'src/clerks/incentives/RuleDialog.tsx': ['settings'],
  'src/fields/registry/FieldsSection.tsx': ['fieldRegistry'],
  'src/fields/registry/FieldDialog.tsx': ['fieldRegistry'],
  'src/fields/registry/OrderDialog.tsx': ['fieldRegistry'],
  'src/tags/registry/TagsSection.tsx': ['tagRegistry'],
  'src/tags/registry/GroupDialog.tsx': ['tagRegistry'],
  'src/tags/registry/TagDialog.tsx': ['tagRegistry'],
  'src/stages/StagesSection.tsx': ['journey'],
  'src/stages/RuleDialog.tsx': ['journey'],
  'src/settings/InviteDialog.tsx': ['team'],
  'src/settings/JobsSection.tsx': ['jobs'],
  'src/settings/SystemSection.tsx': ['system'],
  'src/settings/TeamSection.tsx': ['scope', 'team'],
  'src/settings/TokenDialog.tsx': ['tokens'],
  'src/settings/TokensSection.tsx': ['tokens'],
  'src/imports/ImportPage.tsx': ['importPage', 'wizard', 'value'],
  'src/imports/ImportsPage.tsx': ['importPage'],
  'src/imports/wizard/WizardPage.tsx': ['wizard', 'importPage'],
  'src/plans/PlanPage.tsx': ['sources'],
  'src/plans/quarantine/QuarantinePage.tsx': ['sources', 'quarantine'],
};

/** The words that a route downloads, in the larger language: those of every page, and those of its slices. */
function wordsOf(route) {
  const slice = /^src\/(\w+)\//.exec(route)?.[1];
  const larger = (name) =>
    lazy
      .filter((key) => LANGUAGE.exec(key)?.[2] === name)
      .sort((a, b) => gzipKb(manifest[b].file) - gzipKb(manifest[a].file))
      .slice(0, 1);
  return ['core', ...(slice ? [slice] : []), ...(FURTHER_WORDS[route] ?? [])].flatMap(larger);
}
const pages = lazy.filter((key) => PAGE.test(key));
const innerOf = (route) =>
  (manifest[route].dynamicImports ?? []).filter((key) => lazy.includes(key) && route !== entry);
const inside = new Set(pages.flatMap(innerOf));
const routes = lazy.filter((key) => !LANGUAGE.test(key) && !inside.has(key));

function weigh(keys) {
  const seen = new Set();
  const files = { js: new Set(), css: new Set() };
  for (const key of keys) collect(key, seen, files);
  const sum = (names) => [...names].reduce((total, file) => total + gzipKb(file), 0);
  return { js: sum(files.js), css: sum(files.css), files: files.js.size + files.css.size };
}

let failed = false;
function report(name, keys) {
  const { js, css, files } = weigh(keys);
  const over = js > JS_BUDGET_KB || css > CSS_BUDGET_KB;
  failed ||= over;
  console.log(
    `${name.padEnd(68)} ${js.toFixed(1).padStart(7)} ${css.toFixed(1).padStart(7)} ${String(files).padStart(6)}${over ? '  OVER BUDGET' : ''}`,
  );
}

console.log(`${'entry + the larger language + the lazy chunks of the route'.padEnd(68)}   js KB  css KB  files (gzip)`);
for (const route of [entry, ...routes]) {
  const base = [entry, ...wordsOf(route), route];
  const inner = PAGE.test(route) ? innerOf(route) : [];
  if (inner.length === 0) report(route, base);
  // What is lazy in a page brings the words of its own slice.
  for (const key of inner) report(`${route} + ${key.split('/').at(-1)}`, [...new Set([...base, ...wordsOf(key), key])]);
}
console.log(`budget per route: ${JS_BUDGET_KB} KB js, ${CSS_BUDGET_KB} KB css`);
process.exit(failed ? 1 : 0);
