import { Choice } from './catalog';
import { Definition, Frame } from './protocol';
import { trans } from './translation';

/** One thing that may be written. */
export interface Completion extends Choice {
  /** Whether it stands for the `@` too: a definition is known by its name alone. */
  bare?: boolean;
}

/** What may be written at the cursor, and from where on it replaces what is there. */
export interface Completions {
  from: number;
  items: Completion[];
}

/** What is asked for beside the words: the form of the answer, or a new answer in place of the pinned one. */
export interface ReadDraft {
  text: string;
  /** As it was written. */
  draft: string;
  wants?: string;
  fresh?: boolean;
  /** Whether it is answered in steps, by a plan. */
  investigate?: boolean;
}

const MENTION = /(?<![\w@])@(?:([^\W\d]\w*)\.)?["'`]?([\w ]*)$/;
const MAX_ITEMS = 12;
const FRESH = 'fresh';
const INVESTIGATE = 'investigate';
const NOTHING: Completions = { from: 0, items: [] };

/** What may be asked for besides a form. */
function options(): Choice[] {
  return [
    { name: FRESH, label: FRESH, about: trans.__('ask anew, whatever is pinned') },
    {
      name: INVESTIGATE,
      label: INVESTIGATE,
      about: trans.__('answer it in steps, by a plan that you see first')
    }
  ];
}

/** Frames, columns and definitions after `@`, forms and options after `/` where the question begins. */
export function completions(
  text: string,
  frames: readonly Frame[],
  forms: readonly Choice[],
  definitions: readonly Definition[] = []
): Completions {
  const command = /^(?:\s*\/\w+)*\s*\/(\w*)$/.exec(text);
  if (command) {
    const items = [...forms, ...options()].filter(form =>
      form.name.startsWith(command[1].toLowerCase())
    );
    return { from: text.length - command[1].length, items: items.map(spaced) };
  }
  const mention = MENTION.exec(text);
  if (!mention) {
    return NOTHING;
  }
  const [begun, owner, letters] = mention;
  const from = text.length - begun.length + 1 + (owner ? owner.length + 1 : 0);
  const starts = (name: string) => name.toLowerCase().startsWith(letters.toLowerCase());
  if (owner) {
    const columns = frames.find(frame => frame.name === owner)?.columns ?? [];
    const items = columns
      .filter(column => !column.hidden && starts(column.name))
      .map(({ name, type }) => ({
        name: /^\w+$/.test(name) ? name : `"${name}"`,
        label: name,
        about: type
      }));
    return { from, items: items.slice(0, MAX_ITEMS).map(spaced) };
  }
  const named = frames
    .filter(frame => starts(frame.name))
    .map(frame => ({ name: frame.name, label: frame.name, about: trans.__('frame') }));
  const within = letters
    ? frames.flatMap(frame =>
        frame.columns
          .filter(column => !column.hidden && starts(column.name))
          .map(({ name }) => ({
            name: `${frame.name}.${/^\w+$/.test(name) ? name : `"${name}"`}`,
            label: `${frame.name}.${name}`,
            about: trans.__('column')
          }))
      )
    : [];
  const defined = definitions
    .filter(({ name, also }) => starts(name) || also.split(', ').some(starts))
    .map(({ name, formula }) => ({ name, label: name, about: formula, bare: true }));
  return { from, items: [...named, ...defined, ...within].slice(0, MAX_ITEMS).map(spaced) };
}

/** A text up to the cursor after one of its completions was taken. */
export function completed(text: string, { from }: Completions, item: Completion): string {
  return text.slice(0, item.bare ? from - 1 : from) + item.name;
}

function spaced(choice: Completion): Completion {
  return { ...choice, name: `${choice.name} ` };
}

/** What is asked of a draft that may begin with `/form`; any other word with a slash is text. */
export function readDraft(draft: string, forms: readonly Choice[]): ReadDraft {
  let text = draft.trim();
  const read: ReadDraft = { text, draft: text };
  for (;;) {
    const found = /^\/(\w+)(?:\s+|$)/.exec(text);
    const word = found?.[1].toLowerCase() ?? '';
    if (forms.some(form => form.name === word)) {
      read.wants = word;
    } else if (word === FRESH) {
      read.fresh = true;
    } else if (word === INVESTIGATE) {
      read.investigate = true;
    } else {
      return { ...read, text };
    }
    text = text.slice(found![0].length);
  }
}

/** A pasted text that is a table, as from a spreadsheet, in the form of a file with tabs; null for any other. */
export function pastedTable(text: string): string | null {
  const lines = text.replace(/\r\n?/g, '\n').replace(/\n+$/, '').split('\n');
  const cells = lines.map(line => line.split('\t').length);
  const isTable = lines.length > 1 && cells[0] > 1 && cells.every(count => count === cells[0]);
  return isTable ? `${lines.join('\n')}\n` : null;
}
