import { describe } from 'vitest';
import { inChromium } from '../support/browser.ts';
import { access } from './access.ts';
import { overlay } from './overlay.ts';
import { shopper } from './shopper.ts';
import { timeline } from './timeline.ts';

inChromium((desk) => {
  describe('the road of a shopper', () => shopper(desk));
  describe('the overlay', () => overlay(desk));
  describe('the timeline', () => timeline(desk));
  describe('for everybody', () => access(desk));
});
