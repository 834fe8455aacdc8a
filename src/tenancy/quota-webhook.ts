/**
 * How the webhook that asks the quota is called: words that its configuration, which the platform writes, and the controller, which
 * answers it, have in common.
 */

/** The ValidatingWebhookConfiguration, its Service, and the Secret with its certificate. */
export const QUOTA_WEBHOOK_NAME = 'adrasteia-quota';

/** The one webhook of the configuration. */
export const QUOTA_WEBHOOK = 'quota.adrasteia.dev';

/** Path at which requests are answered. */
export const QUOTA_WEBHOOK_PATH = '/quota';

/** Port of the controller at which it listens. */
export const QUOTA_WEBHOOK_PORT = 9443;
