import * as React from 'react';
import { Turn } from '../turns';

/** What the empty box asks for. */
function invitation(props: { refined: Turn | null; askedBack: Turn | null }): string {
  if (props.refined) {
    return 'What to change, such as: make it monthly';
  }
  return props.askedBack ? 'Answer …' : 'Ask about your data';
}

/** Where a question is written. Enter (or Ctrl+Enter, by a setting) asks, Escape ends a refinement. */
export function Composer(props: {
  refined: Turn | null;
  /** What the last answer asks back. */
  askedBack: Turn | null;
  disabled: boolean;
  inputRef: React.RefObject<HTMLTextAreaElement>;
  enterAsks: boolean;
  /** A question that came from elsewhere, to be changed and asked. */
  draft: string;
  onDraftTaken: () => void;
  onAsk: (text: string) => void;
  onPreview: (text: string) => void;
  onCancelRefine: () => void;
}): JSX.Element {
  const { refined, disabled, inputRef, onAsk, onPreview, onCancelRefine } = props;
  const [text, setText] = React.useState('');
  const { draft, onDraftTaken } = props;
  React.useEffect(() => {
    if (draft) {
      setText(draft);
      onDraftTaken();
    }
  }, [draft]);
  const waiting = props.askedBack?.id;
  React.useEffect(() => {
    // Who has gone on to write elsewhere, as in the notebook, is left there.
    const writing = document.activeElement;
    const panel = inputRef.current?.closest('.am-Panel');
    if (waiting && (!writing || writing === document.body || panel?.contains(writing))) {
      inputRef.current?.focus();
    }
  }, [waiting]);
  const ask = () => {
    if (text.trim() && !disabled) {
      onAsk(text.trim());
      setText('');
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
          <span>Refining “{refined.question}”</span>
          <button type="button" className="am-Button" onClick={onCancelRefine}>
            Ask anew instead
          </button>
        </div>
      )}
      <textarea
        ref={inputRef}
        className="am-Input"
        rows={3}
        aria-label="Your question"
        placeholder={invitation(props)}
        value={text}
        onChange={event => setText(event.target.value)}
        onKeyDown={event => {
          const asks = props.enterAsks ? !event.shiftKey : event.ctrlKey || event.metaKey;
          if (event.key === 'Enter' && asks && !event.nativeEvent.isComposing) {
            event.preventDefault();
            ask();
          } else if (event.key === 'Escape' && refined) {
            onCancelRefine();
          }
        }}
      />
      <div className="am-Composer-buttons">
        <button
          type="button"
          className="am-Button"
          disabled={disabled || !text.trim()}
          title="Show what a model would be told; nothing is sent"
          onClick={() => onPreview(text)}
        >
          What would be sent?
        </button>
        <button
          type="submit"
          className="am-Button am-mod-primary"
          disabled={disabled || !text.trim()}
        >
          Ask
        </button>
      </div>
    </form>
  );
}
