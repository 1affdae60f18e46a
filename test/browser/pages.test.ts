import { describe } from 'vitest';
import { inChromium } from '../support/harness/browser.ts';
import { accessibilityTests } from './accessibility-tests.ts';
import { overlayTests } from './overlay-tests.ts';
import { shopTests } from './shop-tests.ts';
import { timelineTests } from './timeline-tests.ts';

inChromium((browser) => {
  describe('the shop', () => shopTests(browser));
  describe('the overlay', () => overlayTests(browser));
  describe('the timeline', () => timelineTests(browser));
  describe('every page', () => accessibilityTests(browser));
});
