// One part for both screens: what they share would otherwise be a part of its own, which every route knows of.
export { CustomerPathsPanel } from './CustomerPathsPanel';
export { PathsPanel } from './PathsPanel';
