import assert from 'node:assert/strict';
import { test } from 'node:test';

import { addDays, dayOf, daysBetween, endOfWeek, instantOf, isZone, wallClock } from '../../src/lib/dates.ts';

test('a wall clock is read in the zone of the reader', () => {
  const instant = new Date('2026-11-21T20:30:00Z');
  assert.equal(wallClock(instant, 'Asia/Karachi'), '2026-11-22T01:30');
  assert.equal(dayOf(instant, 'America/New_York'), '2026-11-21');
  assert.equal(wallClock(new Date('2026-11-22T00:00:00Z'), 'UTC'), '2026-11-22T00:00');
});

test('a wall clock becomes the instant it names', () => {
  const cases: [string, string, string][] = [
    ['2026-11-22T17:00', 'Asia/Karachi', '2026-11-22T12:00:00.000Z'],
    ['2026-07-01T09:00', 'America/New_York', '2026-07-01T13:00:00.000Z'],
    ['2026-01-01T00:00', 'Pacific/Auckland', '2025-12-31T11:00:00.000Z'],
    // Spring gap: 02:30 does not exist and moves forward by the hour.
    ['2026-03-08T02:30', 'America/New_York', '2026-03-08T07:30:00.000Z'],
    // Autumn overlap: 01:30 exists twice, the first is meant.
    ['2026-11-01T01:30', 'America/New_York', '2026-11-01T05:30:00.000Z'],
    ['2026-11-01T03:30', 'America/New_York', '2026-11-01T08:30:00.000Z'],
    ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
  ];
  for (const [local, zone, instant] of cases) assert.equal(instantOf(local, zone).toISOString(), instant, local);
});

test('days are counted on the calendar', () => {
  assert.equal(addDays('2026-02-28', 1), '2026-03-01');
  assert.equal(addDays('2028-02-28', 1), '2028-02-29');
  assert.equal(daysBetween('2026-12-31', '2027-01-02'), 2);
  assert.equal(endOfWeek('2026-11-21'), '2026-11-22');
  assert.equal(endOfWeek('2026-11-22'), '2026-11-22');
  assert.equal(endOfWeek('2026-11-23'), '2026-11-29');
});

test('an unknown zone is told apart', () => {
  assert.equal(isZone('Asia/Karachi'), true);
  assert.equal(isZone('Mars/Olympus'), false);
});
