import * as React from 'react';
import { Conversation } from '../conversation';
import { doing, moment, seconds, standing } from '../format';
import { download } from '../notebook';
import { useServices } from '../services';
import { useLanguage } from '../store';
import { Answered, codeOf, Earlier, Lost, Running, Sending, Turn } from '../turns';
import { AnswerWords } from './answer';
import { Code } from './code';
import { ErrorView } from './errorview';
import { Words } from './prose';
import { ResultView } from './result';
import { Suggestions } from './welcome';
import { trans } from '../translation';

// Fetched while the first question is answered.
const fetchActions = () => import('./actions');
const Actions = React.lazy(async () => ({ default: (await fetchActions()).Actions }));

// Fetched with the first investigation.
const PlanCard = React.lazy(async () => ({ default: (await import('./plan')).PlanCard }));
const FindingsCard = React.lazy(async () => ({ default: (await import('./plan')).FindingsCard }));

/** One question and its answer, as far as it has come. */
export const TurnView = React.memo(function TurnView(props: {
  turn: Turn;
  conversation: Conversation;
}): JSX.Element {
  const { turn } = props;
  useLanguage();
  return (
    <article
      className="am-Turn"
      data-turn={turn.id}
      data-status={turn.status}
      aria-label={`${standing(turn)}: ${turn.question}`}
    >
      {turn.step && <p className="am-Note am-Step">{turn.step}</p>}
      <h3 className="am-Question" dir="auto">
        {turn.question}
      </h3>
      {turn.status === 'done' && turn.done.good === false && (
        <p className="am-Note">{trans.__('Marked as not right: never an example.')}</p>
      )}
      {turn.cell && <FromCell cell={turn.cell} />}
      <Body {...props} />
    </article>
  );
});

function Body(props: { turn: Turn; conversation: Conversation }): JSX.Element {
  const { turn, conversation } = props;
  switch (turn.status) {
    case 'sending':
    case 'running':
      return <Working turn={turn} conversation={conversation} />;
    case 'done':
      return <Answer turn={turn} conversation={conversation} />;
    case 'lost':
      return <Gone turn={turn} />;
    case 'past':
      return <EarlierAnswer turn={turn} conversation={conversation} />;
    case 'investigating':
      return (
        <React.Suspense fallback={null}>
          <PlanCard turn={turn} conversation={conversation} />
        </React.Suspense>
      );
    case 'found':
      return (
        <React.Suspense fallback={null}>
          <FindingsCard findings={turn.findings} />
        </React.Suspense>
      );
  }
}

/** That a cell of the notebook asked, and the way to it. */
function FromCell(props: { cell: string }): JSX.Element {
  const services = useServices();
  const [gone, setGone] = React.useState(false);
  return (
    <p className="am-Note am-FromCell">
      {trans.__('Asked in a cell')}{' '}
      {gone ? (
        trans.__('that is not in the notebook any more')
      ) : (
        <button className="am-Link" onClick={() => setGone(!services.goToCell(props.cell))}>
          {trans.__('Go to the cell')}
        </button>
      )}
    </p>
  );
}

/** An answer that is being written: its prose, that code is written, the stage with its time, and Stop. */
function Working(props: { turn: Sending | Running; conversation: Conversation }): JSX.Element {
  const { turn, conversation } = props;
  const steps = turn.status === 'running' ? turn.steps : [];
  const last = steps[steps.length - 1];
  React.useEffect(() => void fetchActions(), []);
  return (
    <>
      {steps
        .filter(step => step.stage === 'repair')
        .map((step, index) => (
          <p key={index} className="am-Note">
            {trans.__('Attempt failed: %1', step.text)}
          </p>
        ))}
      {turn.status === 'running' && <Draft turn={turn} />}
      <div className="am-Working">
        <span className="am-Spinner" aria-hidden="true" />
        <span className="am-Stage">{last ? doing(last) : trans.__('Waiting for its turn')} …</span>
        <Clock since={turn.asked} />
        <button className="am-Button am-Stop" onClick={() => conversation.stop(turn.id)}>
          {trans.__('Stop')}
        </button>
      </div>
    </>
  );
}

/** What is written so far. Code is folded, so that nothing jumps when it goes. */
function Draft(props: { turn: Running | Answered | Lost }): JSX.Element {
  const { turn } = props;
  const { code, language } = codeOf(turn.streamed);
  return (
    <>
      <Words html={turn.proseHtml} className="am-Answer" />
      {code && (
        <details className="am-Fold">
          <summary>
            {trans._n('%1 line of code', '%1 lines of code', code.split('\n').length)}
          </summary>
          <Code code={code} language={language} />
        </details>
      )}
      {turn.printed && (
        <pre className="am-Code" tabIndex={0} aria-label={trans.__('Printed so far')}>
          {turn.printed.slice(-4000)}
        </pre>
      )}
      {turn.results.map(result => (
        <ResultView key={result.index} result={result} />
      ))}
    </>
  );
}

function Gone(props: { turn: Lost }): JSX.Element {
  return (
    <>
      <Draft turn={props.turn} />
      <ErrorView
        error={{
          kind: 'Lost',
          message: trans.__('The kernel went away before the answer came.'),
          next_step: trans.__('Ask again when it is back.'),
          detail: ''
        }}
      />
    </>
  );
}

/** What the history has of a question of an earlier kernel. */
function EarlierAnswer(props: { turn: Earlier; conversation: Conversation }): JSX.Element {
  const { turn, conversation } = props;
  const { past } = turn;
  return (
    <>
      <Words html={past.answer_html} className="am-Answer" />
      <p className="am-Note">
        {past.ok
          ? trans.__(
              'Answered on %1 by %2; the results went with that kernel.',
              moment(turn.asked),
              past.model
            )
          : trans.__(
              'Not answered on %1 by %2; the results went with that kernel.',
              moment(turn.asked),
              past.model
            )}
        {past.good !== null &&
          ` ${past.good ? trans.__('Marked as good.') : trans.__('Marked as not right.')}`}
      </p>
      {past.code && (
        <details className="am-Fold am-mod-code">
          <summary>{trans.__('Code')}</summary>
          <Code code={past.code} language={past.language === 'sql' ? 'sql' : 'python'} />
        </details>
      )}
      <div className="am-Actions">
        <button className="am-Button" onClick={() => conversation.again(turn)}>
          {trans.__('Ask again')}
        </button>
      </div>
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
function Answer(props: { turn: Answered; conversation: Conversation }): JSX.Element {
  const { turn, conversation } = props;
  const { done } = turn;
  const ask = (question: string) => void conversation.ask(question);
  const parquet = async (index: number) => {
    const reply = await conversation.request({ type: 'export', id: turn.id, index });
    if (reply?.buffer) {
      download(String(reply.value.name), [reply.buffer], 'application/vnd.apache.parquet');
    }
  };
  return (
    <>
      {done.stopped ? (
        <>
          <Draft turn={turn} />
          <p className="am-Note">{trans.__('You stopped this question.')}</p>
        </>
      ) : (
        <>
          <AnswerWords done={done} onAsk={ask} />
          {turn.results.map(result => (
            <ResultView
              key={result.index}
              result={result}
              inWords={done.answer !== ''}
              onParquet={() => void parquet(result.index)}
            />
          ))}
        </>
      )}
      {done.error && <ErrorView error={done.error} />}
      {done.error && (
        <Suggestions questions={done.questions} title={trans.__('Ask instead:')} onAsk={ask} />
      )}
      {done.notes.map((note, index) => (
        <p key={index} className="am-Note">
          {note}
        </p>
      ))}
      {done.attempts.map((attempt, index) => (
        <details key={index} className="am-Fold">
          <summary>
            {attempt.error
              ? trans.__('Failed attempt %1', index + 1)
              : trans.__('Step %1', index + 1)}
          </summary>
          {attempt.error && <p className="am-Note">{attempt.error.message}</p>}
          <Code code={attempt.code} language="python" />
        </details>
      ))}
      {done.code ? (
        <details className="am-Fold am-mod-code">
          <summary>{done.facts.join(' · ')}</summary>
          <Words html={done.method_html} className="am-Method" />
          {done.details.length > 0 && <p className="am-Note">{done.details.join(' · ')}</p>}
          <Code code={done.code} language={done.language === 'sql' ? 'sql' : 'python'} />
        </details>
      ) : (
        done.facts.length > 0 && <p className="am-Note">{done.facts.join(' · ')}</p>
      )}
      {turn.sent.length > 0 && <Sent turn={turn} />}
      <React.Suspense fallback={<div className="am-Actions" />}>
        <Actions turn={turn} conversation={conversation} />
      </React.Suspense>
      <Suggestions questions={done.next} title={trans.__('Go on:')} onAsk={ask} />
    </>
  );
}

/** What went to the model for this answer, one click away. */
function Sent(props: { turn: Answered }): JSX.Element {
  return (
    <details className="am-Fold am-mod-sent">
      <summary>{trans.__('What was sent to the model')}</summary>
      {props.turn.sent.map((text, index) => (
        <pre
          key={index}
          className="am-Code"
          tabIndex={0}
          aria-label={trans.__('Request %1', index + 1)}
        >
          {text}
        </pre>
      ))}
    </details>
  );
}
