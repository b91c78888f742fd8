import { addIcon, searchIcon, settingsIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { Conversation } from '../conversation';
import { Connected } from '../state';
import { useCatalog } from '../services';
import { Definitions } from './definitions';
import { Frames } from './frames';
import { IconButton } from './iconbutton';
import { trans } from '../translation';

// Fetched when they are first opened: the page loads without them.
const ModelPicker = React.lazy(async () => ({
  default: (await import('./modelpicker')).ModelPicker
}));
const SettingsView = React.lazy(async () => ({
  default: (await import('./settings')).SettingsView
}));

/** Who answers, from what data; searching, beginning anew, and the settings. */
export function Header(props: {
  conversation: Conversation;
  link: Connected;
  searching: boolean;
  onSearch: () => void;
}): JSX.Element {
  const { conversation, link } = props;
  const { settings } = link;
  const { privacy } = useCatalog();
  const [open, setOpen] = React.useState<'' | 'model' | 'settings'>('');
  const toggle = (which: 'model' | 'settings') => setOpen(open === which ? '' : which);
  const level = privacy.find(choice => choice.name === settings?.privacy);
  return (
    <header
      className="am-Header"
      onKeyDown={event => {
        if (event.key === 'Escape' && open) {
          setOpen('');
        }
      }}
    >
      <div className="am-Bar">
        {settings && (
          <button
            className="am-Button am-Model"
            aria-expanded={open === 'model'}
            aria-label={trans.__('Model: %1', settings.model)}
            title={trans.__('%1 answers: choose a model', settings.model)}
            onClick={() => toggle('model')}
          >
            <strong>{settings.model}</strong>
            <span className="am-Type">
              {' '}
              {settings.remote
                ? trans.__('gets %1', trans.__(level?.label ?? settings.privacy))
                : trans.__('nothing is sent')}
            </span>
          </button>
        )}
        <IconButton
          icon={searchIcon}
          label={trans.__('Search the questions')}
          pressed={props.searching}
          onClick={props.onSearch}
        />
        <IconButton
          icon={addIcon}
          label={trans.__('New conversation')}
          title={trans.__(
            'New conversation: the panel forgets its questions; the history keeps them'
          )}
          onClick={() => conversation.clear()}
        />
        <IconButton
          icon={settingsIcon}
          label={trans.__('Settings')}
          expanded={open === 'settings'}
          onClick={() => toggle('settings')}
        />
      </div>
      {open === 'model' && settings && (
        <React.Suspense fallback={null}>
          <ModelPicker
            conversation={conversation}
            settings={settings}
            onClose={() => setOpen('')}
          />
        </React.Suspense>
      )}
      {open === 'settings' && settings && (
        <React.Suspense fallback={null}>
          <SettingsView conversation={conversation} settings={settings} />
        </React.Suspense>
      )}
      {link.frames && link.frames.length > 0 && (
        <Frames conversation={conversation} frames={link.frames} />
      )}
      <Definitions definitions={link.definitions} problems={link.problems} />
    </header>
  );
}
