import { init } from '../../../pop-in/pop-in.ts';

init();
