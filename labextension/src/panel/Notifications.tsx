import * as React from 'react';

import { Icon } from '../components/Icon';
import type { PostedNotification } from '../host/inlineHost';

/** What came of what was done, at the foot of the element; a screen reader says it as it comes. */
export function Notifications(props: {
  notifications: readonly PostedNotification[];
  onDismiss: (id: number) => void;
}): React.JSX.Element {
  const { notifications, onDismiss } = props;
  return (
    <div className="mreg-notifications">
      {notifications.map(({ id, notification }) => (
        <div
          key={id}
          className={`mreg-notification${notification.ok ? '' : ' mreg-mod-failed'}`}
          role={notification.ok ? 'status' : 'alert'}
        >
          <Icon name={notification.ok ? 'check' : 'warning'} />
          <div>
            <div>{notification.message}</div>
            {notification.actions?.map(({ label, run }) => (
              <button
                key={label}
                type="button"
                className="mreg-link mreg-notification-action"
                onClick={() => {
                  onDismiss(id);
                  run();
                }}
              >
                {label}
              </button>
            ))}
            {notification.hint && <div className="mreg-quiet mreg-hint">{notification.hint}</div>}
          </div>
          <button
            type="button"
            className="mreg-button"
            aria-label="Dismiss"
            title="Dismiss"
            onClick={() => onDismiss(id)}
          >
            <Icon name="clear" />
          </button>
        </div>
      ))}
    </div>
  );
}
