import * as React from 'react';
import { Connection, Conversation } from '../conversation';
import { askedBack, failure, Turn } from '../turns';
import { Composer } from './composer';
import { Frames } from './frames';
import { Pickers } from './pickers';
import { ErrorView, TurnView } from './turn';

const SAID: Record<Connection, string> = {
  none: 'No kernel runs for this notebook.',
  looking: 'Looking at the kernel …',
  offered: 'Analyst Magic is not loaded in this kernel.',
  missing: 'Analyst Magic is not installed where this kernel runs: %pip install analyst-magic',
  'not-python': 'This kernel is not Python; the panel needs a Python kernel.',
  connecting: 'Connecting …',
  connected: '',
  lost: 'The kernel is away; the panel connects again when it is back.'
};
const CAN_CONNECT: Connection[] = ['offered', 'lost', 'missing'];
const CANNOT_ASK: Connection[] = ['none', 'missing', 'not-python'];

/** Draw again when the conversation changes, at most once a frame. */
function useConversation(conversation: Conversation): void {
  const [, setVersion] = React.useState(0);
  React.useEffect(() => {
    let frame = 0;
    const changed = () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        setVersion(version => version + 1);
      });
    };
    conversation.changed.connect(changed);
    changed();
    return () => {
      cancelAnimationFrame(frame);
      conversation.changed.disconnect(changed);
    };
  }, [conversation]);
}

/** All of the panel, for one notebook. */
export function PanelView(props: {
  conversation: Conversation;
  inputRef: React.RefObject<HTMLTextAreaElement>;
  enterAsks: boolean;
  draft: string;
  onDraftTaken: () => void;
  onMustWait: (text: string) => void;
}): JSX.Element {
  const { conversation, inputRef, onMustWait } = props;
  useConversation(conversation);
  const [refined, setRefined] = React.useState<Turn | null>(null);
  const [preview, setPreview] = React.useState('');
  const { connection, settings, frames, notice, turns } = conversation;
  const ask = (text: string) => {
    setPreview('');
    if (conversation.mustWait) {
      onMustWait(text);
      conversation.notify(
        failure(
          'Waiting for the kernel: it has no subshells, so it answers nothing while a cell runs.',
          'The question stands in a cell of the notebook; run it there.'
        )
      );
      return;
    }
    void conversation.ask(text, refined ? { refine: refined.id } : {});
    setRefined(null);
  };
  const showPreview = async (text: string) => {
    const reply = await conversation.request({ type: 'context', text });
    setPreview(reply ? `${String(reply.value.text)}\n\n[${String(reply.value.size)}]` : '');
  };
  return (
    <div className="am-View" data-connection={connection}>
      {connection === 'connected' && (
        <header className="am-Header">
          {settings && <Pickers conversation={conversation} settings={settings} />}
          <Frames conversation={conversation} frames={frames} />
        </header>
      )}
      {SAID[connection] && (
        <div className="am-Connection" role="status">
          <span>{SAID[connection]}</span>
          {CAN_CONNECT.includes(connection) && (
            <button
              className="am-Button am-mod-primary"
              onClick={() => void conversation.connect()}
            >
              {connection === 'offered' ? 'Load it' : 'Connect'}
            </button>
          )}
        </div>
      )}
      <Transcript
        conversation={conversation}
        turns={turns}
        onRefine={setRefined}
        inputRef={inputRef}
      />
      {notice && <ErrorView error={notice} onClose={() => conversation.notify(null)} />}
      {preview && (
        <div className="am-Preview" role="region" aria-label="What would be sent">
          <pre className="am-Code" tabIndex={0} aria-label="What would be sent">
            {preview}
          </pre>
          <button className="am-Button" onClick={() => setPreview('')}>
            Close
          </button>
        </div>
      )}
      <Composer
        refined={refined}
        askedBack={askedBack(turns)}
        disabled={CANNOT_ASK.includes(connection)}
        inputRef={inputRef}
        enterAsks={props.enterAsks}
        draft={props.draft}
        onDraftTaken={props.onDraftTaken}
        onAsk={ask}
        onPreview={text => void showPreview(text)}
        onCancelRefine={() => setRefined(null)}
      />
    </div>
  );
}

/** The questions, oldest first; it stays at its end unless the reader has scrolled up. */
function Transcript(props: {
  conversation: Conversation;
  turns: Turn[];
  inputRef: React.RefObject<HTMLTextAreaElement>;
  onRefine: (turn: Turn) => void;
}): JSX.Element {
  const { conversation, turns, inputRef, onRefine } = props;
  const host = React.useRef<HTMLDivElement>(null);
  const content = React.useRef<HTMLDivElement>(null);
  const atEnd = React.useRef(true);
  React.useEffect(() => {
    const node = host.current!;
    const grown = new ResizeObserver(() => {
      if (atEnd.current) {
        node.scrollTop = node.scrollHeight;
      }
    });
    grown.observe(content.current!);
    return () => grown.disconnect();
  }, []);
  const last = turns[turns.length - 1];
  return (
    <div
      ref={host}
      className="am-Transcript"
      role="log"
      aria-label="Questions and answers"
      aria-busy={conversation.running !== undefined}
      aria-live="off"
      tabIndex={0}
      onScroll={event => {
        const node = event.currentTarget;
        atEnd.current = node.scrollHeight - node.scrollTop - node.clientHeight < 40;
      }}
    >
      <div ref={content}>
        {turns.map(turn => (
          <TurnView
            key={turn.id}
            turn={turn}
            version={turn.version}
            conversation={conversation}
            onRefine={refined => {
              onRefine(refined);
              inputRef.current?.focus();
            }}
          />
        ))}
        {!turns.length && (
          <p className="am-Empty">
            Ask a question about the data frames of this notebook. The code that answers runs in a
            sandbox, never in your kernel.
          </p>
        )}
      </div>
      <span className="am-ScreenReader" role="status">
        {last
          ? `${last.status === 'done' ? (last.done?.ok ? 'Answered' : 'Failed') : 'Working'}`
          : ''}
      </span>
    </div>
  );
}
