import { ServerConnection } from '@jupyterlab/services';
import * as React from 'react';
import { get, put } from '../request';
import { trans } from '../translation';

/** Whether a provider has a key; the key itself is never told. */
interface KeyState {
  name: string;
  /** Where the key is: `keyring`, the name of a variable, or nowhere. */
  where: string;
}

/** The keys of models: they are written into the system's keyring, and never shown. */
export function Keys(props: { server: ServerConnection.ISettings }): JSX.Element {
  const { server } = props;
  const [keys, setKeys] = React.useState<readonly KeyState[]>([]);
  const [said, setSaid] = React.useState('');
  const take = (work: Promise<{ keys: KeyState[] }>, after = '') =>
    work.then(
      found => {
        setKeys(found.keys);
        setSaid(after);
      },
      (error: unknown) => setSaid(error instanceof Error ? error.message : String(error))
    );
  React.useEffect(() => void take(get(server, 'keys')), [server]);
  return (
    <div className="am-Keys">
      {keys.map(key => (
        <KeyRow
          key={key.name}
          state={key}
          onKeep={text =>
            take(
              put(server, `keys/${key.name}`, { key: text }),
              text
                ? trans.__('The key of %1 is in the keyring.', key.name)
                : trans.__('The key of %1 is removed.', key.name)
            )
          }
        />
      ))}
      <p className="am-Note" role="status">
        {said}
      </p>
    </div>
  );
}

function KeyRow(props: { state: KeyState; onKeep: (key: string) => Promise<void> }): JSX.Element {
  const { name, where } = props.state;
  const [key, setKey] = React.useState('');
  return (
    <form
      className="am-Row"
      onSubmit={event => {
        event.preventDefault();
        void props.onKeep(key.trim()).then(() => setKey(''));
      }}
    >
      <input
        className="am-Input"
        type="password"
        autoComplete="off"
        aria-label={trans.__('Key of %1', name)}
        placeholder={where ? trans.__('%1: set (%2)', name, where) : trans.__('%1: not set', name)}
        value={key}
        onChange={event => setKey(event.target.value)}
      />
      <button
        className="am-Button"
        type={key.trim() ? 'submit' : 'button'}
        disabled={!key.trim() && where !== 'keyring'}
        aria-label={
          key.trim() || where !== 'keyring'
            ? trans.__('Keep the key of %1', name)
            : trans.__('Remove the key of %1', name)
        }
        onClick={key.trim() ? undefined : () => void props.onKeep('')}
      >
        {key.trim() || where !== 'keyring' ? trans.__('Keep') : trans.__('Remove')}
      </button>
    </form>
  );
}
