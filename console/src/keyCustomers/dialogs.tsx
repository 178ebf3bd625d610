export { ContactDialog } from './ContactDialog';
export { HandOverDialog } from './HandOverDialog';
