// Decides a case and shows who must do what; shows why another one is refused; streams three.
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'

import grpc from '@grpc/grpc-js'
import protoLoader from '@grpc/proto-loader'
import protobuf from 'protobufjs'

// The schemas are read as they are: no code is generated.
const schemas = fileURLToPath(new URL('../../../proto', import.meta.url))
const definition = protoLoader.loadSync('linkage/v1/policy_service.proto', {
  includeDirs: [schemas, `${schemas}/third_party`], keepCase: true, longs: Number, enums: String, arrays: true
})
const { linkage } = grpc.loadPackageDefinition(definition)

// Every call is safe to repeat: the key of a request keeps it from being logged twice.
const retries = {
  methodConfig: [{
    name: [{ service: 'linkage.v1.PolicyService' }],
    retryPolicy: {
      maxAttempts: 5, initialBackoff: '0.2s', maxBackoff: '10s', backoffMultiplier: 2,
      retryableStatusCodes: ['UNAVAILABLE', 'RESOURCE_EXHAUSTED']
    }
  }]
}
const client = new linkage.v1.PolicyService(process.argv[2], grpc.credentials.createInsecure(), {
  'grpc.service_config': JSON.stringify(retries)
})

const timestamp = text => ({ seconds: Date.parse(text) / 1000, nanos: 0 })
const request = (id, change = {}) => ({
  case: {
    id,
    district: 'liwan',
    kind: 'enforcement',
    events: [{
      id: 'e1', type: 'vehicle_seized', actor: 'traffic_police', at: timestamp('2024-03-02T09:30:00+08:00')
    }],
    ...change
  },
  as_of: timestamp('2024-03-02T12:00:00+08:00'),
  language: 'en',
  idempotency_key: randomUUID()
})
const evaluate = asked => new Promise((resolve, reject) => {
  client.Evaluate(asked, { deadline: Date.now() + 30_000 }, (error, answer) => error ? reject(error) : resolve(answer))
})

// A moment as its day and time in China.
const shanghai = ({ seconds }) =>
  new Date((seconds + 8 * 3600) * 1000).toISOString().replace('T', ' ').replace('.000Z', '+08:00')

const { decision } = await evaluate(request('c-1'))
for (const duty of decision.obligations) {
  console.log(`${duty.bearers.map(body => body.name).join(', ')}: ${duty.title}`)
  const state = duty.state.replace('STATE_', '').toLowerCase()
  console.log(`  clause ${duty.basis[0].number}, due ${shanghai(duty.due.at)}, ${state}`)
}

// What is wrong stands in the details of the status (google.rpc.BadRequest).
const rpc = new protobuf.Root()
rpc.resolvePath = (_, path) => path.startsWith('google/') ? `${schemas}/third_party/${path}` : path
rpc.loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto'])
const violations = error => rpc.lookupType('google.rpc.Status')
  .decode(error.metadata.get('grpc-status-details-bin')[0]).details
  .filter(detail => detail.type_url.endsWith('/google.rpc.BadRequest'))
  .flatMap(detail => rpc.lookupType('google.rpc.BadRequest').decode(detail.value).fieldViolations)
try {
  await evaluate(request('c-1', { kind: 'lawsuit' }))
} catch (error) {
  for (const { field, description, reason } of violations(error)) {
    console.log(`refused: ${field}: ${description} [${reason}]`)
  }
}

const stream = client.EvaluateStream()
for (const one of [request('c-1'), request('c-2', { district: 'atlantis' }), request('c-3', { events: [] })]) {
  stream.write({ key: one.case.id, request: one })
}
stream.end()
for await (const { key, result } of stream) {
  console.log(result.decision
    ? `${key}: ${result.decision.obligations.length} duties`
    : `${key}: ${result.error.reason} at ${result.error.violations[0].field}`)
}
client.close()
