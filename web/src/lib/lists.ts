/** The list with the value taken out when it is there, and added when it is not. */
export function flip<T>(list: readonly T[], value: T): T[] {
  return list.includes(value) ? list.filter((entry) => entry !== value) : [...list, value];
}
