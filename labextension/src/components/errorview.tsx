import * as React from 'react';
import { Failure } from '../protocol';
import { ServicesContext } from '../services';
import { NO_DATA, NOT_RUN } from '../state';
import { trans } from '../translation';

/** What went wrong, and the next step. */
export function ErrorView(props: { error: Failure; onClose?: () => void }): JSX.Element {
  const { error, onClose } = props;
  const services = React.useContext(ServicesContext);
  const isQuiet = ['Abstained', NO_DATA, NOT_RUN].includes(error.kind);
  return (
    <div className={`am-Error${isQuiet ? ' am-mod-abstained' : ''}`} role="alert">
      <p className="am-Error-message">
        {error.kind === 'Abstained' ? marked(error.message) : withCode(error.message)}
      </p>
      {error.next_step && <p className="am-Error-step">{withCode(error.next_step)}</p>}
      {error.detail && (
        <details className="am-Fold">
          <summary>{trans.__('Traceback')}</summary>
          <pre className="am-Code" tabIndex={0} aria-label={trans.__('Traceback')}>
            {error.detail}
          </pre>
        </details>
      )}
      {error.kind === NOT_RUN && (
        <button className="am-Button am-mod-primary" onClick={() => services?.runAllCells()}>
          {trans.__('Run all cells')}
        </button>
      )}
      {onClose && (
        <button className="am-Button" onClick={onClose}>
          {trans.__('Dismiss')}
        </button>
      )}
    </div>
  );
}

/** A message with what stands in backticks, as a command, as code. */
export function withCode(message: string): React.ReactNode {
  const parts = message.split(/`([^`\n]+)`/);
  return parts.map((part, at) => (at % 2 ? <code key={at}>{part}</code> : part));
}

/** A message with the words that were not understood marked, which stand in brackets after it. */
function marked(message: string): React.ReactNode {
  const [before, question] = message.split('Not understood: ', 2);
  if (question === undefined) {
    return message;
  }
  const parts = question.split(/\[([^[\]]+)\]/);
  return (
    <>
      {before}
      {trans.__('Not understood:')}{' '}
      {parts.map((part, at) => (at % 2 ? <mark key={at}>{part}</mark> : part))}
    </>
  );
}
