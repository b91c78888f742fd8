import * as React from 'react';
import { Turn } from '../turns';

/** Where a question is written. Enter asks, Shift+Enter makes a new line, Escape ends a refinement. */
export function Composer(props: {
  refined: Turn | null;
  disabled: boolean;
  inputRef: React.RefObject<HTMLTextAreaElement>;
  onAsk: (text: string) => void;
  onPreview: (text: string) => void;
  onCancelRefine: () => void;
}): JSX.Element {
  const { refined, disabled, inputRef, onAsk, onPreview, onCancelRefine } = props;
  const [text, setText] = React.useState('');
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
        placeholder={refined ? 'What to change, such as: make it monthly' : 'Ask about your data'}
        value={text}
        onChange={event => setText(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
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
