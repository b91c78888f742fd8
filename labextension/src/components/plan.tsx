import * as React from 'react';
import { Conversation } from '../conversation';
import { Claim, Findings, PlanStep } from '../protocol';
import { Investigating } from '../turns';
import { ErrorView } from './errorview';
import { Words } from './prose';
import { trans } from '../translation';

const SIGNS: Record<PlanStep['state'], string> = {
  planned: '○',
  running: '…',
  done: '✓',
  failed: '✗'
};

/** What the results say to a claim. */
function supportOf({ support }: Claim): string {
  const words = {
    supported: trans.__('✓ supported'),
    unsupported: trans.__('? not supported'),
    contradicted: trans.__('✗ contradicted')
  };
  return words[support];
}

function confidenceOf({ confidence }: Claim): string {
  const words = {
    high: trans.__('confidence high'),
    medium: trans.__('confidence medium'),
    low: trans.__('confidence low')
  };
  return words[confidence];
}

/** The plan of an investigation: to be changed and approved first, then with how far it is and what it has spent. */
export function PlanCard(props: { turn: Investigating; conversation: Conversation }): JSX.Element {
  const { turn, conversation } = props;
  const { plan } = turn;
  return (
    <div className="am-Plan">
      {plan.waiting ? (
        <PlanForm steps={plan.steps} onApprove={steps => conversation.approve(turn.id, steps)} />
      ) : (
        <ol>
          {plan.steps.map((step, place) => (
            <li key={place} data-state={step.state}>
              <span aria-hidden="true">{SIGNS[step.state]} </span>
              {step.turn ? <ToTurn turn={step.turn}>{step.question}</ToTurn> : step.question}
              {step.about && <div className="am-Type">{step.about}</div>}
            </li>
          ))}
        </ol>
      )}
      <div className="am-Working">
        <span className="am-Stage" role="status">
          {plan.spent}
        </span>
        {!plan.over && (
          <button className="am-Button am-Stop" onClick={() => conversation.stop(turn.id)}>
            {trans.__('Stop')}
          </button>
        )}
      </div>
      {plan.notes.map(note => (
        <p key={note} className="am-Note">
          {note}
        </p>
      ))}
      {plan.error && <ErrorView error={plan.error} />}
    </div>
  );
}

/** The steps as fields that can be changed, moved up and left out. */
function PlanForm(props: {
  steps: readonly PlanStep[];
  onApprove: (steps: { place: number; question: string }[] | null) => void;
}): JSX.Element {
  const [rows, setRows] = React.useState(
    props.steps.map(({ question, about }, place) => ({ place, question, about }))
  );
  const up = (at: number) => {
    const moved = [...rows];
    [moved[at - 1], moved[at]] = [moved[at], moved[at - 1]];
    setRows(moved);
  };
  const asked = rows
    .map(({ place, question }) => ({ place, question: question.trim() }))
    .filter(row => row.question);
  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        props.onApprove(asked);
      }}
    >
      <p className="am-Note">
        {trans.__('Change the steps as you like; they run once you approve them.')}
      </p>
      <ol>
        {rows.map((row, at) => (
          <li key={row.place}>
            <textarea
              className="am-Input"
              rows={2}
              aria-label={trans.__('Step %1', at + 1)}
              value={row.question}
              onChange={event =>
                setRows(
                  rows.map(other =>
                    other === row ? { ...row, question: event.target.value } : other
                  )
                )
              }
            />
            {row.about && <div className="am-Type">{row.about}</div>}
            <div className="am-Actions">
              <button
                type="button"
                className="am-Button"
                disabled={at === 0}
                aria-label={trans.__('Move step %1 up', at + 1)}
                onClick={() => up(at)}
              >
                ↑
              </button>
              <button
                type="button"
                className="am-Button"
                aria-label={trans.__('Leave out step %1', at + 1)}
                onClick={() => setRows(rows.filter(other => other !== row))}
              >
                {trans.__('Leave out')}
              </button>
            </div>
          </li>
        ))}
      </ol>
      <div className="am-Actions">
        <button className="am-Button am-mod-primary" type="submit" disabled={!asked.length}>
          {trans.__('Approve')}
        </button>
        <button className="am-Button" type="button" onClick={() => props.onApprove(null)}>
          {trans.__('Cancel')}
        </button>
      </div>
    </form>
  );
}

/** What was found: each claim with what the results say to it, and the way to them. */
export function FindingsCard(props: { findings: Findings }): JSX.Element {
  const { findings } = props;
  return (
    <div className="am-Findings">
      <Words html={findings.summary_html} className="am-Answer" />
      <ul>
        {findings.claims.map((claim, at) => (
          <li key={at} data-support={claim.support}>
            <Words html={claim.html} className="am-Claim" />
            <p className="am-Note">
              {supportOf(claim)}, {confidenceOf(claim)}
              {claim.steps.map(({ number, turn }) => (
                <React.Fragment key={number}>
                  {' · '}
                  <ToTurn turn={turn}>{trans.__('Step %1', number)}</ToTurn>
                </React.Fragment>
              ))}
              {claim.remark && ` · ${claim.remark}`}
            </p>
          </li>
        ))}
      </ul>
      {findings.not_examined.length > 0 && (
        <>
          <p className="am-Note">{trans.__('Not looked at:')}</p>
          <ul>
            {findings.not_examined.map(text => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

/** The way to another turn of the conversation. */
function ToTurn(props: { turn: string; children: React.ReactNode }): JSX.Element {
  const go = (event: React.MouseEvent) => {
    const transcript = event.currentTarget.closest('.am-Transcript');
    const found = transcript?.querySelector<HTMLElement>(`[data-turn="${CSS.escape(props.turn)}"]`);
    found?.scrollIntoView({ block: 'start' });
    found?.setAttribute('tabindex', '-1');
    found?.focus({ preventScroll: true });
  };
  return (
    <button type="button" className="am-Link" onClick={go}>
      {props.children}
    </button>
  );
}
