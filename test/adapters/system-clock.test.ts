import { systemClock } from '../../src/adapters/system-clock';

describe('the system clock', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: 1_000 });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('tells milliseconds since the epoch', () => {
    expect(systemClock.now()).toBe(1_000);
  });

  it.each([
    ['at once', 0],
    ['in the past', -5],
    ['after a minute', 60_000],
    ['after sixty days, longer than one timer takes', 60 * 86_400_000],
  ])('calls back once: %s', (_when, delayMs) => {
    const callback = jest.fn();
    systemClock.schedule(delayMs, callback);
    if (delayMs > 0) {
      jest.advanceTimersByTime(delayMs - 1);
      expect(callback).not.toHaveBeenCalled();
    }
    jest.advanceTimersByTime(Math.max(delayMs, 0) + 1);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  it('never calls back after it was cancelled, in a later step either', () => {
    const callback = jest.fn();
    const cancels = [systemClock.schedule(10, callback), systemClock.schedule(60 * 86_400_000, callback)];
    cancels[0]?.();
    jest.advanceTimersByTime(40 * 86_400_000);
    cancels[1]?.();
    jest.advanceTimersByTime(40 * 86_400_000);
    expect(callback).not.toHaveBeenCalled();
  });
});
