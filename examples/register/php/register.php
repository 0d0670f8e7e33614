<?php
/**
 * A cash register in PHP (8.1 or newer), with nothing but what comes with it.
 *
 *   php register.php sell 125.50 KGS      asks to be paid, waits, prints a receipt
 *   php register.php refund pay_… [50.00]
 *   php register.php listen               registers an address, verifies and prints what it is told
 *
 * TOLOM_URL, TOLOM_KEY and TOLOM_MERCHANT say where, with which key, and for whom.
 */
declare(strict_types=1);

/** One call. It is repeated under the same key until there is an answer, so that nothing is done twice. */
function call(string $method, string $path, ?array $body = null, ?string $idempotencyKey = null): array
{
    $headers = ['Authorization: Bearer ' . getenv('TOLOM_KEY')];
    if ($body !== null) $headers[] = 'Content-Type: application/json';
    if ($idempotencyKey !== null) $headers[] = "Idempotency-Key: $idempotencyKey";
    $options = ['method' => $method, 'header' => $headers, 'timeout' => 35, 'ignore_errors' => true];
    if ($body !== null) $options['content'] = json_encode((object) $body);
    for ($attempt = 1; ; $attempt++) {
        $text = @file_get_contents(getenv('TOLOM_URL') . $path, false, stream_context_create(['http' => $options]));
        $status = $text === false ? 0 : (int) explode(' ', $http_response_header[0])[1];
        $answer = $text === false ? null : json_decode($text, true);
        if ($status >= 200 && $status < 300 && is_array($answer)) return $answer;
        $again = !is_array($answer) || $status >= 500 || $status === 429 || $answer['code'] === 'idempotency.in_flight';
        if (!$again || $attempt === 5) {
            fwrite(STDERR, ($answer['code'] ?? 'no answer') . ': ' . ($answer['detail'] ?? '') . "\n");
            exit(1);
        }
        sleep($attempt);
    }
}

/** A name for one intent, used by all its repeats. */
function newKey(): string
{
    return bin2hex(random_bytes(16));
}

// Enough for currencies with two decimals: amounts on the wire are whole minor units.
function minor(string $text): int
{
    return (int) round((float) str_replace(',', '.', $text) * 100);
}

function money(array $money): string
{
    return sprintf('%d.%02d %s', intdiv($money['amount'], 100), $money['amount'] % 100, $money['currency']);
}

function sell(string $amount, string $currency): void
{
    $orders = '/v1/merchants/' . getenv('TOLOM_MERCHANT') . '/orders';
    $wish = ['amount' => minor($amount), 'currency' => $currency, 'reference' => 'sale-' . hrtime(true)];
    $order = call('POST', $orders, $wish, newKey());
    echo "Show this as a QR code: {$order['qr']['payload']}\n";
    echo "Or send this link: {$order['link']}\n";
    while ($order['status'] === 'open') $order = call('GET', "$orders/{$order['id']}?wait=25");
    if ($order['status'] !== 'paid') {
        echo "Not paid: {$order['status']}\n";
        return;
    }
    echo "RECEIPT {$order['reference']}\n";
    echo 'Paid ' . money($order['payment']['amount']) . " at {$order['paid_at']}\n";
    echo "Payment {$order['payment']['id']}\n";
}

function refund(string $payment, ?string $amount = null): void
{
    $path = '/v1/merchants/' . getenv('TOLOM_MERCHANT') . "/payments/$payment/refunds";
    $made = call('POST', $path, $amount === null ? [] : ['amount' => minor($amount)], newKey());
    echo "Refund {$made['id']} {$made['status']}: " . money($made['amount']) . "\n";
}

/** Whether a callback is recent, and signed with our secret (v1) or with the switch's key (v1a). */
function isGenuine(array $headers, string $body, string $secret, string $publicKey): bool
{
    $id = $headers['webhook-id'] ?? '';
    $time = $headers['webhook-timestamp'] ?? '';
    if ($id === '' || !ctype_digit($time) || abs(time() - (int) $time) > 300) return false;
    $signed = "$id.$time.$body";
    $ours = hash_hmac('sha256', $signed, base64_decode(substr($secret, strlen('whsec_'))), true);
    foreach (explode(' ', $headers['webhook-signature'] ?? '') as $part) {
        [$version, $text] = explode(',', $part, 2) + [1 => ''];
        $given = (string) base64_decode($text, true);
        if ($version === 'v1' && hash_equals($ours, $given)) return true;
        if ($version === 'v1a' && strlen($given) === SODIUM_CRYPTO_SIGN_BYTES
            && sodium_crypto_sign_verify_detached($given, $signed, $publicKey)) return true;
    }
    return false;
}

/** Header names in lower case, and the body; a web server does this for you (getallheaders, php://input). */
function readRequest($connection): array
{
    $headers = [];
    fgets($connection);
    while (($line = trim((string) fgets($connection))) !== '') {
        [$name, $value] = explode(':', $line, 2) + [1 => ''];
        $headers[strtolower($name)] = trim($value);
    }
    $body = (string) stream_get_contents($connection, (int) ($headers['content-length'] ?? 0));
    return [$headers, $body];
}

function listen(): void
{
    $jwks = json_decode(file_get_contents(getenv('TOLOM_URL') . '/.well-known/jwks.json'), true);
    $publicKey = base64_decode(strtr($jwks['keys'][0]['x'], '-_', '+/'));
    $server = stream_socket_server('tcp://127.0.0.1:' . (getenv('PORT') ?: '0'));
    $address = 'http://' . stream_socket_get_name($server, false) . '/callbacks';
    // Once, in real life: keep the secret, it is shown this one time.
    $secret = call('POST', '/v1/callback-endpoints', ['url' => $address])['secret'];
    echo "Listening on $address with $secret\n";
    $seen = [];
    while (true) {
        $connection = @stream_socket_accept($server, -1);
        if ($connection === false) continue;
        [$headers, $body] = readRequest($connection);
        $genuine = isGenuine($headers, $body, $secret, $publicKey);
        $status = $genuine ? '204 No Content' : '400 Bad Request';
        fwrite($connection, "HTTP/1.1 $status\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        fclose($connection);
        if (!$genuine || isset($seen[$headers['webhook-id']])) continue;
        $seen[$headers['webhook-id']] = true;
        $event = json_decode($body, true);
        echo "{$event['type']} {$event['data']['id']}\n";
    }
}

match ($argv[1] ?? '') {
    'sell' => sell($argv[2], $argv[3]),
    'refund' => refund($argv[2], $argv[3] ?? null),
    'listen' => listen(),
};
