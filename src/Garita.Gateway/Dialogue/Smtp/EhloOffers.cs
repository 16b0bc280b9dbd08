using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Garita.Gateway.Relay;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Dialogue.Smtp;

/// <summary>
/// The reply to EHLO: Garita's own list, with SMTPUTF8 if any backend has it, or may have as far as is known, and DSN if all have it.
/// Made anew once a second at most, since backends come and go.
/// </summary>
internal sealed class EhloOffers(IRelay relay, TimeProvider time)
{
    private readonly ConcurrentDictionary<(Policy Policy, string Listener, bool OffersTls), Made> _made = new();

    private sealed record Made(byte[] Reply, bool Dsn, long At);

    internal byte[] Reply(Policy policy, ListenerSettings listener, bool offersTls, out bool dsn)
    {
        var key = (policy, listener.Name, offersTls);
        var now = time.GetTimestamp();
        if (_made.TryGetValue(key, out var made) && time.GetElapsedTime(made.At, now) < TimeSpan.FromSeconds(1))
        {
            dsn = made.Dsn;
            return made.Reply;
        }

        foreach (var old in _made.Keys)
        {
            if (!ReferenceEquals(old.Policy, policy))
                _made.TryRemove(old, out _);
        }

        made = new Made(Make(policy.Settings, listener, offersTls, out dsn), dsn, now);
        _made[key] = made;
        return made.Reply;
    }

    private byte[] Make(GatewaySettings settings, ListenerSettings listener, bool offersTls, out bool dsn)
    {
        var anySmtpUtf8 = false;
        var allDsn = settings.Tenants.Count > 0;
        foreach (var tenant in settings.Tenants)
        {
            var can = relay.Capabilities(tenant);
            // One that did not answer yet may have it. A sender that is not offered it returns the message for good (RFC 6531 §3.2).
            anySmtpUtf8 |= can is null || can.Value.SmtpUtf8;
            allDsn &= can?.Dsn == true;
        }

        dsn = allDsn;
        var reply = new StringBuilder();
        reply.Append("250-").Append(settings.Hostname).Append("\r\n");
        reply.Append("250-PIPELINING\r\n"); // RFC 2920
        reply.Append(CultureInfo.InvariantCulture, $"250-SIZE {listener.MessageSize ?? settings.Limits.MessageSize}\r\n"); // RFC 1870
        if (offersTls)
            reply.Append("250-STARTTLS\r\n"); // RFC 3207
        reply.Append("250-ENHANCEDSTATUSCODES\r\n"); // RFC 2034
        if (anySmtpUtf8)
            reply.Append("250-SMTPUTF8\r\n"); // RFC 6531
        if (allDsn)
            reply.Append("250-DSN\r\n"); // RFC 3461
        // RFC 9422 §4: with several routes the sender is told in advance that one transaction takes one of them.
        reply.Append(CultureInfo.InvariantCulture, $"250-LIMITS RCPTMAX={settings.Limits.Recipients}");
        if (settings.Tenants.Count > 1)
            reply.Append(" RCPTDOMAINMAX=1");
        reply.Append("\r\n250 8BITMIME\r\n"); // RFC 6152
        return Encoding.ASCII.GetBytes(reply.ToString());
    }
}
