import fc from 'fast-check';
import { type Stretch, Timeline } from '../../src/alert/timeline';

test('a time belongs to the stretch that holds it, else to the nearest one in reach', () => {
  const timeline = new Timeline<Stretch>();
  const [early, late] = [
    { firstUs: 0, lastUs: 100 },
    { firstUs: 200, lastUs: 300 },
  ];
  for (const stretch of [late, early]) timeline.insert(stretch);
  expect(timeline.nearest(50, 10)).toBe(early);
  expect(timeline.nearest(110, 10)).toBe(early);
  expect(timeline.nearest(111, 10)).toBeUndefined();
  expect(timeline.nearest(190, 10)).toBe(late);
  expect(timeline.nearest(150, 50)).toBe(early);
  expect(timeline.nearest(151, 50)).toBe(late);
  expect(timeline.nearest(-11, 10)).toBeUndefined();
  timeline.remove(early);
  expect(timeline.nearest(50, 10)).toBeUndefined();
  expect(timeline.size).toBe(1);
});

test('what is nearest agrees with a look at every stretch', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { maxLength: 10 }),
      fc.integer({ min: -100, max: 500 }),
      fc.integer({ min: 0, max: 20 }),
      (places, timeUs, withinUs) => {
        const timeline = new Timeline<Stretch>();
        const stretches = places.map((place) => ({ firstUs: place * 10, lastUs: place * 10 + (place % 9) }));
        for (const stretch of stretches) timeline.insert(stretch);
        const distance = ({ firstUs, lastUs }: Stretch): number => Math.max(firstUs - timeUs, timeUs - lastUs, 0);
        const [best] = stretches
          .filter((stretch) => distance(stretch) <= withinUs)
          .sort((a, b) => distance(a) - distance(b) || a.firstUs - b.firstUs);
        expect(timeline.nearest(timeUs, withinUs)).toBe(best);
      },
    ),
    { seed: 41, numRuns: 500 },
  );
});
