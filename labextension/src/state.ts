import { Definition, Failure, Frame, Past, Settings, ToPanel, isOfTurn } from './protocol';
import { Turn, isOpen, lost, newTurn, taken, withPast } from './turns';

/** Where the panel stands with the notebook's kernel; only a kernel that is connected has frames and settings. */
export type Link =
  | { readonly at: 'none' } // no kernel runs
  | { readonly at: 'looking' } // asking whether the extension is there
  | { readonly at: 'offered' } // it is there, and not loaded
  | { readonly at: 'loading' } // a cell loads it
  | { readonly at: 'missing' } // it is not installed in the kernel's environment
  | { readonly at: 'not-python' }
  | { readonly at: 'connecting' }
  | { readonly at: 'lost' } // it was connected, and will be again
  | Connected;

export interface Connected {
  readonly at: 'connected';
  /** Null until the kernel has told them. */
  readonly frames: readonly Frame[] | null;
  readonly settings: Settings | null;
  /** Questions that can be asked of the frames. */
  readonly suggestions: readonly string[];
  readonly definitions: readonly Definition[];
  /** How many definitions cannot be read. */
  readonly problems: number;
}

/** What a model would be told of a question. */
export interface Preview {
  readonly question: string;
  readonly text: string;
  readonly size: string;
  /** Whether it would leave this machine. */
  readonly remote: boolean;
  readonly model: string;
}

/** The conversation of one notebook, as it is shown. */
export interface State {
  readonly link: Link;
  readonly turns: readonly Turn[];
  /** What went wrong beside any question. */
  readonly notice: Failure | null;
  /** What is being written. */
  readonly draft: string;
  /** The answered question that the draft changes; empty for a new one. */
  readonly refining: string;
  readonly preview: Preview | null;
  /** Data files beside the notebook, to be opened where no frame is there. */
  readonly files: readonly string[];
}

export type Action =
  | { type: 'linked'; at: Exclude<Link['at'], 'connected'> }
  | { type: 'connected' }
  | { type: 'received'; message: ToPanel; buffer: DataView | null }
  | { type: 'asked'; id: string; question: string }
  | { type: 'unsent'; id: string }
  | { type: 'withdrawn'; id: string; draft: string; refining: string }
  | { type: 'gone' }
  | { type: 'failed'; notice: Failure | null }
  | { type: 'wrote'; draft: string }
  | { type: 'refining'; id: string }
  | { type: 'previewed'; preview: Preview | null }
  | { type: 'marked'; id: string; good: boolean | null }
  | { type: 'forgot'; turns: 'all' }
  | { type: 'found'; files: readonly string[] };

/** The kind of the notice that a question has no data to be answered from. */
export const NO_DATA = 'NoData';

/** The kind of the notice that a new kernel has run no cell, and so lacks the data that they make. */
export const NOT_RUN = 'NotRun';

export const EMPTY: State = {
  link: { at: 'none' },
  turns: [],
  notice: null,
  draft: '',
  refining: '',
  preview: null,
  files: []
};

const CONNECTED: Connected = {
  at: 'connected',
  frames: null,
  settings: null,
  suggestions: [],
  definitions: [],
  problems: 0
};

/** The state after something happened; the same object where nothing changed. */
export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case 'linked':
      return state.link.at === action.at ? state : { ...state, link: { at: action.at } };
    case 'connected':
      return state.link.at === 'connected' ? state : { ...state, link: CONNECTED };
    case 'received':
      return received(state, action.message, action.buffer);
    case 'asked':
      return {
        ...state,
        turns: [...state.turns, newTurn(action.id, action.question)],
        refining: '',
        preview: null
      };
    case 'unsent':
      return { ...state, turns: lost(state.turns, turn => turn.id === action.id) };
    case 'withdrawn': {
      const turns = state.turns.filter(known => known.id !== action.id);
      const { draft, refining } = state.draft ? state : action; // what is written meanwhile stays
      return { ...state, turns, draft, refining };
    }
    case 'gone':
      return { ...state, turns: lost(state.turns) };
    case 'failed':
      return { ...state, notice: action.notice };
    case 'wrote':
      return action.draft === state.draft
        ? state
        : { ...state, draft: action.draft, preview: null };
    case 'refining':
      return { ...state, refining: action.id };
    case 'previewed':
      return { ...state, preview: action.preview };
    case 'marked':
      return { ...state, turns: state.turns.map(turn => marked(turn, action.id, action.good)) };
    case 'forgot':
      return { ...state, turns: state.turns.filter(isOpen), refining: '', preview: null };
    case 'found':
      return { ...state, files: action.files };
  }
}

function marked(turn: Turn, id: string, good: boolean | null): Turn {
  return turn.id === id && turn.status === 'done'
    ? { ...turn, done: { ...turn.done, good } }
    : turn;
}

function received(state: State, message: ToPanel, buffer: DataView | null): State {
  if (isOfTurn(message)) {
    const turns = taken(state.turns, message, buffer);
    return turns === state.turns ? state : { ...state, turns };
  }
  switch (message.type) {
    case 'welcome':
      return {
        ...state,
        turns: lost(
          state.turns,
          turn =>
            (turn.status === 'running' || turn.status === 'investigating') &&
            !message.turns.includes(turn.id)
        )
      };
    case 'frames': {
      const { notice, link } = state;
      const before = (link.at === 'connected' && link.frames?.length) || 0;
      const isOver =
        [NO_DATA, NOT_RUN].includes(notice?.kind ?? '') && message.frames.length > before;
      const shown = isOver ? { ...state, notice: null } : state;
      return connected(shown, { frames: message.frames });
    }
    case 'suggestions':
      return connected(state, { suggestions: message.questions });
    case 'definitions':
      return connected(state, { definitions: message.definitions, problems: message.problems });
    case 'settings': {
      const { type: _type, ...settings } = message;
      return connected(state, { settings });
    }
    case 'past':
      return { ...state, turns: withPast(state.turns, message.turns) };
    case 'refused':
      return { ...state, notice: message.error };
    case 'reply':
      return state;
  }
}

/** What the kernel tells of itself may come before the panel takes itself as connected. */
function connected(state: State, more: Partial<Connected>): State {
  const before = state.link.at === 'connected' ? state.link : CONNECTED;
  return { ...state, link: { ...before, ...more } };
}

/** The question that is being answered. */
export function running(state: State): Turn | undefined {
  return state.turns.find(isOpen);
}

/** Turns with all of these words in question, answer or code. */
export function search(turns: readonly Turn[], words: string): readonly Turn[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (turn: Turn) => {
    const more =
      turn.status === 'done'
        ? [turn.done.answer, turn.done.code]
        : turn.status === 'past'
          ? [turn.past.code]
          : [];
    return [turn.question, ...more].join('\n').toLowerCase();
  };
  return wanted.length ? turns.filter(turn => wanted.every(w => text(turn).includes(w))) : turns;
}

/** The questions that were asked, the last one first, each once. */
export function questions(turns: readonly Turn[]): readonly string[] {
  return Array.from(new Set(turns.map(turn => turn.question).reverse()));
}

export type { Past };
