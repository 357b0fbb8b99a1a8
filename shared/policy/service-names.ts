/**
 * How service names end, by partition: commercial and GovCloud, China, the European Sovereign Cloud, the isolated ones
 * (`dnsSuffix` in the endpoint rules of the AWS SDKs).
 */
export const SERVICE_SUFFIXES = [
  '.amazonaws.com',
  '.amazonaws.com.cn',
  '.amazonaws.eu',
  '.c2s.ic.gov',
  '.sc2s.sgov.gov',
  '.cloud.adc-e.uk',
  '.csp.hci.ic.gov',
] as const;

export const isServiceName = (text: string): boolean => SERVICE_SUFFIXES.some((suffix) => text.endsWith(suffix));
