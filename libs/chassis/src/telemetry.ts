import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { parseTraceparent, toTraceparent } from './traceparent.js';

export interface StartedSpan {
  /** For whatever is called from within the span. */
  traceparent: string;
  end(error?: Error): void;
}

/**
 * Traces by hand, with the context passed on as a value. Automatic instrumentation sees one span for a whole Exchange
 * stream, and AsyncLocalStorage, by which contexts usually travel, slows every promise.
 */
export interface Tracing {
  start(name: string, traceparent: string): StartedSpan;
  stop(): Promise<void>;
}

/** Spans are sent to `endpoint` by OTLP over HTTP; where there is none, only the trace's identity is handed on. */
export function createTracing(service: string, endpoint: string | undefined): Tracing {
  if (endpoint === undefined) {
    return {
      start: (_name, traceparent) => ({ traceparent: valid(traceparent), end() {} }),
      async stop() {},
    };
  }
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': `florin-${service}` }),
    spanProcessors: [
      new BatchSpanProcessor(new OTLPTraceExporter({ url: new URL('/v1/traces', endpoint).href })),
    ],
  });
  const tracer = provider.getTracer('florin');
  return {
    start: (name, traceparent) => startSpan(tracer, name, traceparent),
    stop: () => provider.shutdown(),
  };
}

/** Empty for what is no header of W3C Trace Context: it goes into events, whose schema refuses anything else. */
function valid(traceparent: string): string {
  return parseTraceparent(traceparent) === undefined ? '' : traceparent;
}

function startSpan(tracer: Tracer, name: string, traceparent: string): StartedSpan {
  const parent = parseTraceparent(traceparent);
  const context: Context = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
  const span: Span = tracer.startSpan(name, {}, context);
  return {
    traceparent: toTraceparent(span.spanContext()),
    end(error) {
      if (error !== undefined) {
        span.recordException(error);
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    },
  };
}
