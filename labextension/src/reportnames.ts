import { JupyterFrontEnd } from '@jupyterlab/application';
import { ICommandPalette, IPaletteItem } from '@jupyterlab/apputils';
import { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { IDisposable } from '@lumino/disposable';
import { Menu, MenuBar } from '@lumino/widgets';
import { Catalog } from './catalog';

const EXPORT = 'notebook:export-to-format';
const SUBMENU = 'jp-mainmenu-file-notebookexport';

/** What an item of a menu or of the palette runs. */
interface Item {
  command?: string;
  args?: ReadonlyPartialJSONObject;
}

/**
 * Call our reports in JupyterLab's menu and palette what they are. JupyterLab makes the labels of formats that it does
 * not know from nbconvert's names for them ("Analyst_docx"), and has no place where an extension names its own.
 */
export function nameReports(
  app: JupyterFrontEnd,
  palette: ICommandPalette | null,
  catalog: () => Promise<Catalog>
): void {
  if (palette) {
    namePaletteItems(palette, catalog);
  }
  void Promise.all([catalog(), app.restored]).then(([{ reports }]) => {
    const bars = Array.from(app.shell.widgets('menu')).concat(Array.from(app.shell.widgets('top')));
    const menus = bars.flatMap(bar => (bar instanceof MenuBar ? bar.menus : []));
    const items = menus.flatMap(menu => menu.items);
    const submenu = items.find(item => item.submenu?.id === SUBMENU)?.submenu;
    if (submenu) {
      nameMenuItems(submenu, item => named(item, reports));
    }
  });
}

/** The item with our name for its format, or the item itself. */
export function named<T extends Item>(item: T, reports: Catalog['reports']): T {
  const report = reports.find(known => known.name === item.args?.format);
  return item.command === EXPORT && report
    ? { ...item, args: { ...item.args, label: report.label } }
    : item;
}

/** The items that are there, and those that are added later, when the first notebook opens. */
export function nameMenuItems(menu: Menu, name: <T extends Item>(item: T) => T): void {
  const add = menu.addItem.bind(menu);
  menu.addItem = options => add(name(options));
  menu.items.forEach((item, place) => {
    const { command, args } = item;
    const renamed = name({ command, args });
    if (renamed.args !== args) {
      menu.insertItem(place, renamed);
      menu.removeItem(item);
    }
  });
}

function namePaletteItems(palette: ICommandPalette, catalog: () => Promise<Catalog>): void {
  const add = palette.addItem.bind(palette);
  palette.addItem = (item: IPaletteItem): IDisposable => {
    if (item.command !== EXPORT) {
      return add(item);
    }
    let added: IDisposable | null = null;
    let isDisposed = false;
    void catalog().then(({ reports }) => {
      added = isDisposed ? null : add(named(item, reports));
    });
    return {
      get isDisposed() {
        return isDisposed;
      },
      dispose: () => {
        isDisposed = true;
        added?.dispose();
      }
    };
  };
}
