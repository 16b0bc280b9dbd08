using System.Collections.Concurrent;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Admission;

/// <summary>
/// What a tenant gets in an hour from all clients together. Trusted networks may go a quarter beyond the limit, so that a flood of strangers
/// does not keep them out, and what they bring counts like that of others. Only what goes on counts: who is put off and tries again does not
/// keep the limit reached.
/// </summary>
internal sealed class TenantRates(TimeProvider time)
{
    /// <summary>Trusted networks have a part of the limit more, one of so many.</summary>
    private const int ReservedOf = 4;

    private readonly ConcurrentDictionary<string, Rates> _rates = new(StringComparer.Ordinal);

    /// <summary>Counts a recipient, and a message with its first one, unless there is too much already.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="isTrusted">Whether the client's network is trusted.</param>
    /// <param name="isFirst">Whether it is the message's first recipient.</param>
    /// <returns>What there is too much of, or null.</returns>
    internal AdmissionFacts? Exceeds(TenantSettings tenant, bool isTrusted, bool isFirst)
    {
        if (tenant.MessagesPerHour == 0 && tenant.RecipientsPerHour == 0)
            return null;
        var rates = _rates.GetOrAdd(tenant.Name, static (_, clock) => new Rates(clock), time);
        lock (rates)
        {
            // A message that has begun goes on with its recipients.
            if (isFirst && Over(rates.Messages.Of(0), tenant.MessagesPerHour, isTrusted, "messages") is { } messages)
                return messages;
            if (Over(rates.Recipients.Of(0), tenant.RecipientsPerHour, isTrusted, "recipients") is { } recipients)
                return recipients;
            if (isFirst)
                rates.Messages.Add(0);
            rates.Recipients.Add(0);
            return null;
        }
    }

    private static AdmissionFacts? Over(double counted, int most, bool isTrusted, string what)
    {
        if (most == 0)
            return null;
        var limit = isTrusted ? (int)Math.Min(int.MaxValue, most + Math.Max(1L, most / ReservedOf)) : most;
        return counted + 1 > limit ? new AdmissionFacts(AdmissionFault.TenantRate, (int)counted + 1, limit, what) : null;
    }

    private sealed class Rates(TimeProvider time)
    {
        internal RateCounter Messages { get; } = new(TimeSpan.FromHours(1), time);

        internal RateCounter Recipients { get; } = new(TimeSpan.FromHours(1), time);
    }
}
