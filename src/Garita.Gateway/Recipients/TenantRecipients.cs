using Garita.Gateway.Alarms;
using Garita.Gateway.Recipients.CallAhead;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Recipients;

/// <summary>What is known of one tenant's recipients, over all reloads that leave its source as it is.</summary>
internal sealed class TenantRecipients : IDisposable
{
    private readonly TenantSettings _tenant;

    internal TenantRecipients(TenantSettings tenant, TimeProvider time, ILogger log, IRecipientProbes? probes, IAlarms alarms)
    {
        _tenant = tenant;
        Flips = new FlipWatch(time);
        if (tenant.Recipients is { Source: RecipientSource.File, File: { } path } settings)
            File = new RecipientFile(path, settings.CaseSensitive, tenant.Domains, settings.MayLose, time, log, (kind, text, isOver) => alarms.Raise(new Alarm(kind, tenant.Name, text, path, isOver)));
        if (tenant.Recipients.Source == RecipientSource.CallAhead && probes is not null)
            CallAhead = new CallAheadSource(tenant, probes, known => Flips.Flipped(known) && Mad(), time, log);
    }

    internal RecipientFile? File { get; }

    internal CallAheadSource? CallAhead { get; }

    internal FlipWatch Flips { get; }

    /// <summary>Called when call-ahead shows that the mail server has gone mad.</summary>
    internal Action? WentMad { get; set; }

    /// <summary>Whether another snapshot has the same source, so that nothing need be read anew.</summary>
    internal bool Fits(TenantSettings other) =>
        other.Recipients.Source == _tenant.Recipients.Source
        && string.Equals(other.Recipients.File, _tenant.Recipients.File, StringComparison.Ordinal)
        && other.Recipients.CallAhead == _tenant.Recipients.CallAhead
        && (CallAhead is null || other.Backends.Smtp.SequenceEqual(_tenant.Backends.Smtp))
        && other.Recipients.CaseSensitive == _tenant.Recipients.CaseSensitive
        && other.Recipients.MayLose.Equals(_tenant.Recipients.MayLose)
        && other.Domains.SequenceEqual(_tenant.Domains, StringComparer.Ordinal);

    public void Dispose() => File?.Dispose();

    private bool Mad()
    {
        WentMad?.Invoke();
        return true;
    }

    /// <summary>What the source says, in the order in which a mail server would look.</summary>
    /// <param name="settings">The settings of the session that asks.</param>
    /// <param name="recipient">The recipient.</param>
    internal RecipientAnswer Find(RecipientSettings settings, Mailbox recipient)
    {
        var local = recipient.LocalPart.AsSpan();

        // RFC 5321 §4.5.1: postmaster, in any case, with and without domain.
        if (local.Equals("postmaster", StringComparison.OrdinalIgnoreCase))
            return new(RecipientStatus.Known, "postmaster");
        if (settings.Source == RecipientSource.Any)
            return new(RecipientStatus.Known, "any");
        if (File?.List is not { } list)
            return new(RecipientStatus.Unavailable, "file");
        if (list.Contains(local, recipient.Domain))
            return new(RecipientStatus.Known, "file");

        // RFC 5233 §4: user and detail are parted at the first separator; a name that begins with it has no user.
        var end = local.IndexOfAny(settings.Subaddress);
        if (end > 0 && list.Contains(local[..end], recipient.Domain))
            return new(RecipientStatus.Known, "file");
        return list.Contains("", recipient.Domain) ? new(RecipientStatus.Known, "catch-all") : new(RecipientStatus.Unknown, "file");
    }
}
