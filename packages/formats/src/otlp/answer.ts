import { PbfWriter } from 'pbf';
import { encodeUtf8 } from '../bytes/text.ts';
import { writeText } from '../bytes/write-text.ts';

/** The two encodings of OTLP/HTTP; an answer has that of its request. */
export type OtlpEncoding = 'protobuf' | 'json';

export const CONTENT_TYPES: Readonly<Record<OtlpEncoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

/** What was not taken of a request that was. */
export interface PartialSuccess {
  readonly rejectedDataPoints: number;
  readonly errorMessage: string;
}

/**
 * `ExportMetricsServiceResponse`; without a partial success it is empty.
 * Source: opentelemetry-proto, collector/metrics/v1/metrics_service.proto; OTLP specification, "Partial Success".
 */
export function exportResponse(encoding: OtlpEncoding, partial?: PartialSuccess): Uint8Array {
  if (encoding === 'json')
    return encodeUtf8(
      JSON.stringify(
        partial === undefined
          ? {}
          : {
              partialSuccess: {
                rejectedDataPoints: String(partial.rejectedDataPoints),
                errorMessage: partial.errorMessage,
              },
            },
      ),
    );
  const writer = new PbfWriter();
  if (partial !== undefined) writer.writeMessage(1, writePartialSuccess, partial);
  return writer.finish();
}

function writePartialSuccess(partial: PartialSuccess, writer: PbfWriter): void {
  writer.writeVarintField(1, partial.rejectedDataPoints);
  writeText(writer, 2, partial.errorMessage);
}

/** Codes of google.rpc.Code that are used here. */
export const STATUS_CODES = {
  invalidArgument: 3,
  resourceExhausted: 8,
  unavailable: 14,
} as const;

/**
 * `google.rpc.Status`, the body of every error.
 * Source: OTLP specification, "Failures"; googleapis, google/rpc/status.proto.
 */
export function status(encoding: OtlpEncoding, code: number, message: string): Uint8Array {
  if (encoding === 'json') return encodeUtf8(JSON.stringify({ code, message }));
  const writer = new PbfWriter();
  writer.writeVarintField(1, code);
  writeText(writer, 2, message);
  return writer.finish();
}
