/**
 * A program that saves settings and profiles, one numbered state after the other, until it is killed. Arguments: the
 * directory, the first number. It prints every number whose saving was confirmed for both.
 */
import { ProfileStore } from '../../../src/main/settings/profileStore.ts';
import { SettingsStore } from '../../../src/main/settings/settingsStore.ts';
import { numberedProfiles } from './numberedProfiles.ts';

const [directory, first] = process.argv.slice(2);
const settings = await SettingsStore.open({ settingsFile: `${directory}/settings.json` });
const profiles = await ProfileStore.open({ profilesFile: `${directory}/profiles.json` });
process.stdout.write('ready\n');
for (let number = Number(first); ; number++) {
  settings.set({ bank: `/bank ${number}` });
  profiles.replace(numberedProfiles(number), null);
  await Promise.all([settings.flush(), profiles.flush()]);
  process.stdout.write(`${number}\n`);
}
