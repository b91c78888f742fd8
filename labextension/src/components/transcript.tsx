import * as React from 'react';
import { Conversation } from '../conversation';
import { Following } from '../follow';
import { standing } from '../format';
import { isOpen, Turn } from '../turns';
import { TurnView } from './turn';
import { trans } from '../translation';

/** The questions, oldest first, with the newest one in view. */
export function Transcript(props: {
  conversation: Conversation;
  turns: readonly Turn[];
  /** Whether all turns are shown, and not those alone that were searched for. */
  whole: boolean;
  children: React.ReactNode;
}): JSX.Element {
  const { conversation, turns, whole } = props;
  const host = React.useRef<HTMLDivElement>(null);
  const content = React.useRef<HTMLDivElement>(null);
  const following = React.useRef<Following | null>(null);
  const [follows, setFollows] = React.useState(true);
  React.useLayoutEffect(() => {
    const made = (following.current = new Following(host.current!, content.current!, setFollows));
    return () => made.dispose();
  }, []);
  const last = turns[turns.length - 1];
  const asked = last?.status === 'sending' ? last.id : '';
  React.useLayoutEffect(() => {
    if (asked || whole) {
      following.current!.follow(); // who asks wants to see the answer, wherever they have read
    }
  }, [asked, whole]);
  return (
    <div className="am-Transcript-frame">
      <div
        ref={host}
        className="am-Transcript"
        role="log"
        aria-label={trans.__('Questions and answers')}
        aria-busy={turns.some(isOpen)}
        aria-live="off"
        tabIndex={0}
      >
        <div ref={content}>
          {turns.map(turn => (
            <TurnView key={turn.id} turn={turn} conversation={conversation} />
          ))}
          {props.children}
        </div>
      </div>
      {!follows && last && (
        <button className="am-Button am-Latest" onClick={() => following.current!.follow()}>
          {trans.__('To the newest answer')} ↓
        </button>
      )}
      <span className="am-ScreenReader" role="status">
        {last ? standing(last) : ''}
      </span>
    </div>
  );
}
