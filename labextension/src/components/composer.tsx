import * as React from 'react';
import {
  completed,
  Completions,
  completions,
  pastedTable,
  readDraft,
  ReadDraft
} from '../complete';
import { Conversation } from '../conversation';
import { useCatalog, useServices } from '../services';
import { questions, State } from '../state';
import { askedBack, failure } from '../turns';
import { trans } from '../translation';

const MIN_LINES = 2;
const MAX_LINES = 10;

/** What the empty box asks for. */
function invitation(state: State): string {
  if (state.refining) {
    return trans.__('What to change, such as: make it monthly');
  }
  return askedBack(state.turns) ? trans.__('Answer …') : trans.__('Ask about your data');
}

/**
 * Where a question is written. Enter (or Ctrl+Enter, by a setting) asks, Escape ends a refinement, an arrow up in an
 * empty box brings earlier questions, `@` and `/` complete names and forms, a pasted table becomes data.
 */
export function Composer(props: {
  conversation: Conversation;
  state: State;
  disabled: boolean;
  inputRef: React.RefObject<HTMLTextAreaElement>;
  enterAsks: boolean;
  /** It is there. */
  onReady?: () => void;
  onAsk: (asked: ReadDraft) => void;
}): JSX.Element {
  const { conversation, state, disabled, inputRef } = props;
  const { forms } = useCatalog();
  const { upload, leave } = useServices();
  const text = state.draft;
  const [offered, setOffered] = React.useState<Completions | null>(null);
  const [chosen, setChosen] = React.useState(0);
  const [recalled, setRecalled] = React.useState(-1);
  const list = React.useId();
  const empty = disabled || !text.trim();
  const waiting = askedBack(state.turns)?.id;
  React.useEffect(() => {
    props.onReady?.();
  }, []);
  React.useEffect(() => {
    // Who has gone on to write elsewhere, as in the notebook, is left there.
    const writing = document.activeElement;
    const panel = inputRef.current?.closest('.am-Panel');
    if (waiting && (!writing || writing === document.body || panel?.contains(writing))) {
      inputRef.current?.focus();
    }
  }, [waiting]);
  React.useEffect(() => {
    if (state.refining) {
      inputRef.current?.focus();
    }
  }, [state.refining]);
  React.useLayoutEffect(() => {
    const box = inputRef.current!;
    box.style.height = 'auto';
    const needed = box.scrollHeight + 2; // 2 while the panel is hidden
    box.style.height = `min(max(${needed}px, ${MIN_LINES * 1.45}em + 10px), ${MAX_LINES * 1.45}em)`;
  }, [text]);
  const refined = state.turns.find(turn => turn.id === state.refining);
  const connected = state.link.at === 'connected' ? state.link : null;

  const write = (draft: string, caret: number) => {
    conversation.write(draft);
    const { frames, definitions } = connected ?? { frames: null, definitions: [] };
    const found = completions(draft.slice(0, caret), frames ?? [], forms, definitions);
    setOffered(found.items.length ? found : null);
    setChosen(0);
  };
  const take = (place: number) => {
    const box = inputRef.current!;
    const before = completed(text, offered!, offered!.items[place]);
    conversation.write(before + text.slice(box.selectionStart));
    setOffered(null);
    requestAnimationFrame(() => {
      box.focus();
      box.setSelectionRange(before.length, before.length);
    });
  };
  const ask = (option = '') => {
    const read = readDraft(option + text, forms);
    if (read.text && !disabled) {
      props.onAsk(read);
      conversation.write('');
      setRecalled(-1);
    }
  };
  const recall = (step: number): boolean => {
    const asked = questions(state.turns);
    const place = recalled + step;
    if (place < -1 || place >= asked.length) {
      return false;
    }
    setRecalled(place);
    conversation.write(place < 0 ? '' : asked[place]);
    return true;
  };
  const complete = (event: React.KeyboardEvent): boolean => {
    const items = offered?.items ?? [];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!items.length) {
      return false;
    }
    if (step) {
      setChosen((chosen + step + items.length) % items.length);
    } else if (event.key === 'Tab' || event.key === 'Enter') {
      take(chosen);
    } else if (event.key === 'Escape') {
      setOffered(null);
    } else {
      return false;
    }
    return true;
  };
  const onKeyDown = (event: React.KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) {
      return;
    }
    const asks = props.enterAsks ? !event.shiftKey : event.ctrlKey || event.metaKey;
    const untouched = text === '' || recalled >= 0;
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (complete(event)) {
      event.preventDefault();
    } else if (event.key === 'Enter' && asks) {
      event.preventDefault();
      ask();
    } else if (event.key === 'Escape' && state.refining) {
      conversation.refine('');
    } else if (event.key === 'Escape') {
      leave();
    } else if (step && untouched && recall(step)) {
      event.preventDefault();
    }
  };
  const onPaste = (event: React.ClipboardEvent) => {
    const table = pastedTable(event.clipboardData.getData('text/plain'));
    if (table) {
      event.preventDefault();
      void upload(new File([table], 'pasted.tsv'))
        .then(file => conversation.open(file))
        .then(name => name && conversation.write(`${text}@${name} `))
        .catch(error =>
          conversation.notify(failure(trans.__('The table was not taken: %1', String(error))))
        );
    }
  };
  return (
    <form
      className="am-Composer"
      onSubmit={event => {
        event.preventDefault();
        ask();
      }}
    >
      {refined && (
        <div className="am-Refining">
          <span>{trans.__('Refining “%1”', refined.question)}</span>
          <button type="button" className="am-Button" onClick={() => conversation.refine('')}>
            {trans.__('Ask anew instead')}
          </button>
        </div>
      )}
      {offered && (
        <ul
          className="am-Completions"
          id={list}
          role="listbox"
          aria-label={trans.__('Completions')}
        >
          {offered.items.map((item, place) => (
            <li
              key={item.label}
              id={`${list}-${place}`}
              role="option"
              aria-selected={place === chosen}
              onPointerDown={event => {
                event.preventDefault();
                take(place);
              }}
            >
              {item.label} <span className="am-Type">{item.about}</span>
            </li>
          ))}
        </ul>
      )}
      <textarea
        ref={inputRef}
        className="am-Input"
        dir="auto"
        rows={2}
        aria-label={trans.__('Your question')}
        aria-autocomplete="list"
        aria-controls={offered ? list : undefined}
        aria-activedescendant={offered ? `${list}-${chosen}` : undefined}
        placeholder={invitation(state)}
        value={text}
        onChange={event => {
          setRecalled(-1);
          write(event.target.value, event.target.selectionStart);
        }}
        onBlur={() => setOffered(null)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      <div className="am-Composer-buttons">
        <button
          type="button"
          className="am-Button"
          disabled={empty}
          title={trans.__('Nothing is sent')}
          onClick={() => void conversation.preview(readDraft(text, forms).text)}
        >
          {trans.__('What would be sent?')}
        </button>
        <button
          type="button"
          className="am-Button"
          disabled={empty || !!state.refining}
          onClick={() => ask('/investigate ')}
        >
          {trans.__('Investigate')}
        </button>
        <button type="submit" className="am-Button am-mod-primary" disabled={empty}>
          {trans.__('Ask')}
        </button>
      </div>
    </form>
  );
}
