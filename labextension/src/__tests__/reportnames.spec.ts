import { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';
import { nameMenuItems, named } from '../reportnames';

const REPORTS = [{ name: 'analyst_docx', label: 'Analyst report (Word)', about: '' }];
const item = (format: string) => ({
  command: 'notebook:export-to-format',
  args: { format, label: format, isPalette: false }
});

it('names our reports in the menu, those that are there and those that come later, and no other', () => {
  const menu = new Menu({ commands: new CommandRegistry() });
  menu.addItem(item('analyst_docx'));
  menu.addItem(item('latex'));
  nameMenuItems(menu, found => named(found, REPORTS));
  menu.addItem(item('analyst_docx'));
  expect(menu.items.map(({ args }) => args.label)).toEqual([
    'Analyst report (Word)',
    'latex',
    'Analyst report (Word)'
  ]);
});
