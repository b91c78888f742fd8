import * as React from 'react';
import { Conversation } from '../conversation';
import { doing, seconds, standing } from '../format';
import { download } from '../notebook';
import { Failure } from '../protocol';
import { parts, Turn } from '../turns';
import { Actions } from './actions';
import { AnswerWords } from './answer';
import { Code } from './code';
import { Prose, Words } from './prose';
import { ResultView } from './result';

/** One question and its answer, as far as it has come. */
export const TurnView = React.memo(
  function TurnView(props: {
    turn: Turn;
    version: number;
    conversation: Conversation;
    onRefine: (turn: Turn) => void;
  }): JSX.Element {
    const { turn } = props;
    return (
      <article
        className="am-Turn"
        data-turn={turn.id}
        data-status={turn.status}
        aria-label={`${standing(turn)}: ${turn.question}`}
      >
        <h3 className="am-Question">{turn.question}</h3>
        {turn.status === 'done' && turn.done ? <Answer {...props} /> : <Working {...props} />}
      </article>
    );
  },
  (before, after) => before.version === after.version && before.turn === after.turn
);

/** An answer that is being written: prose and code as they come, the stage with its time, and Stop. */
function Working(props: { turn: Turn; conversation: Conversation }): JSX.Element {
  const { turn, conversation } = props;
  const { prose, code, language } = parts(turn.streamed);
  const last = turn.steps[turn.steps.length - 1];
  const source = code || (last?.stage === 'sandbox' ? last.text : '');
  return (
    <>
      {turn.steps
        .filter(step => step.stage === 'repair')
        .map((step, index) => (
          <p key={index} className="am-Note">
            Attempt failed: {step.text}
          </p>
        ))}
      <Prose text={prose} />
      {source && <Code code={source} language={language || 'python'} />}
      {turn.results.map(result => (
        <ResultView key={result.index} result={result} />
      ))}
      {turn.status === 'lost' ? (
        <ErrorView
          error={{
            kind: 'Lost',
            message: 'The kernel went away before the answer came.',
            next_step: 'Ask again when it is back.',
            detail: ''
          }}
        />
      ) : (
        <div className="am-Working">
          <span className="am-Spinner" aria-hidden="true" />
          <span className="am-Stage">{last ? doing(last) : 'Waiting for its turn'} …</span>
          <Clock since={turn.asked} />
          <button className="am-Button am-Stop" onClick={() => conversation.stop(turn.id)}>
            Stop
          </button>
        </div>
      )}
    </>
  );
}

/** Seconds since a moment; it counts by itself, so that nothing else is drawn again. */
function Clock(props: { since: number }): JSX.Element {
  const [now, setNow] = React.useState(Date.now());
  React.useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), 200);
    return () => window.clearInterval(timer);
  }, []);
  return <span className="am-Clock">{seconds(Math.max(0, now - props.since) / 1000)}</span>;
}

/** An answer that is there: words, results, the code folded, and what can be done with it. */
function Answer(props: {
  turn: Turn;
  conversation: Conversation;
  onRefine: (turn: Turn) => void;
}): JSX.Element {
  const { turn, conversation } = props;
  const done = turn.done!;
  const parquet = async (index: number) => {
    const reply = await conversation.request({ type: 'export', id: turn.id, index });
    if (reply?.buffer) {
      download(String(reply.value.name), [reply.buffer], 'application/vnd.apache.parquet');
    }
  };
  return (
    <>
      <AnswerWords done={done} onAsk={question => void conversation.ask(question, {})} />
      {turn.results.map(result => (
        <ResultView
          key={result.index}
          result={result}
          inWords={done.answer !== ''}
          onParquet={() => void parquet(result.index)}
        />
      ))}
      {done.error && <ErrorView error={done.error} />}
      {done.notes.map((note, index) => (
        <p key={index} className="am-Note">
          {note}
        </p>
      ))}
      {done.attempts.map((attempt, index) => (
        <details key={index} className="am-Fold">
          <summary>
            {attempt.error ? 'Failed attempt' : 'Step'} {index + 1}
          </summary>
          {attempt.error && <p className="am-Note">{attempt.error.message}</p>}
          <Code code={attempt.code} language="python" />
        </details>
      ))}
      {done.code ? (
        <details className="am-Fold am-mod-code">
          <summary>{done.facts.join(' · ')}</summary>
          <Words html={done.method_html} className="am-Method" />
          <Code code={done.code} language={done.language === 'sql' ? 'sql' : 'python'} />
        </details>
      ) : (
        <p className="am-Note">{done.facts.join(' · ')}</p>
      )}
      <Sent turn={turn} />
      <Actions {...props} />
    </>
  );
}

/** What went to the model for this answer, one click away. */
function Sent(props: { turn: Turn }): JSX.Element {
  const { turn } = props;
  return (
    <details className="am-Fold am-mod-sent">
      <summary>What was sent to the model</summary>
      {turn.sent.length ? (
        turn.sent.map((text, index) => (
          <pre key={index} className="am-Code" tabIndex={0} aria-label={`Request ${index + 1}`}>
            {text}
          </pre>
        ))
      ) : (
        <p className="am-Note">Nothing: no model was asked for this answer.</p>
      )}
    </details>
  );
}

/** What went wrong, and the next step. */
export function ErrorView(props: { error: Failure; onClose?: () => void }): JSX.Element {
  const { error, onClose } = props;
  return (
    <div className="am-Error" role="alert">
      <p className="am-Error-message">{error.message}</p>
      {error.next_step && <p className="am-Error-step">{error.next_step}</p>}
      {error.detail && (
        <details className="am-Fold">
          <summary>Traceback</summary>
          <pre className="am-Code" tabIndex={0} aria-label="Traceback">
            {error.detail}
          </pre>
        </details>
      )}
      {onClose && (
        <button className="am-Button" onClick={onClose}>
          Dismiss
        </button>
      )}
    </div>
  );
}
