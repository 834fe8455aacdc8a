/** What code-server is told before it starts: who opens their own home needn't be asked whether they trust it. */
import { imageReference } from './images';

/** Of a template's `initPlugins`. */
export function trustingEditor(): object {
  return {
    name: 'settings',
    image: imageReference('code-server'),
    command: ['sh', '-c', 'mkdir -p "$(dirname "$SETTINGS")" && echo "$CONTENT" > "$SETTINGS"'],
    env: [
      { name: 'SETTINGS', value: '/home/coder/.local/share/code-server/User/settings.json' },
      { name: 'CONTENT', value: JSON.stringify({ 'security.workspace.trust.enabled': false }) },
    ],
  };
}
