using Garita.Gateway.Alarms;
using Garita.Gateway.Recipients.CallAhead;
using Garita.Gateway.Recipients.Ldap;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Recipients;

/// <summary>What is known of one tenant's recipients, over all reloads that leave its source as it is.</summary>
internal sealed class TenantRecipients : IDisposable
{
    private readonly TenantSettings _tenant;

    internal TenantRecipients(TenantSettings tenant, string dataFolder, TimeProvider time, ILogger log, IRecipientProbes? probes, IAlarms alarms)
    {
        _tenant = tenant;
        Flips = new FlipWatch(time);
        if (tenant.Recipients is { Source: RecipientSource.File, File: { } path } settings)
            File = new RecipientFile(path, settings.CaseSensitive, tenant.Domains, settings.MayLose, time, log, (kind, text, isOver) => alarms.Raise(new Alarm(kind, tenant.Name, text, path, isOver)));
        else if (tenant.Recipients is { Source: RecipientSource.Ldap, Ldap: not null })
            Ldap = new LdapRecipients(tenant, dataFolder, time, log, alarms);
        else if (tenant.Recipients.Source == RecipientSource.CallAhead && probes is not null)
            CallAhead = new CallAheadSource(tenant, probes, known => Flips.Flipped(known) && Mad(), time, log);
    }

    internal RecipientFile? File { get; }

    internal CallAheadSource? CallAhead { get; }

    internal LdapRecipients? Ldap { get; }

    /// <summary>The addresses in force; null where nothing was read, or nothing is.</summary>
    internal RecipientList? List => File is { } file ? file.List : Ldap?.Sync?.List;

    internal SourceState State => this switch
    {
        { File: { } file } => new("file", file.List?.Count, null, file.List is null ? "nothing could be read since the start" : null),
        { Ldap.Sync: { } sync } => new(LdapRecipients.Read, sync.List?.Count, sync.Taken, sync.Problem),
        { Ldap: not null } => new(LdapRecipients.Live, null, null, null),
        _ => new("any", null, null, null),
    };

    /// <summary>How its directory stands; null where it has none.</summary>
    internal DirectoryState? Directory => Ldap is { } ldap
        ? new(_tenant.Name, State.Source, ldap.Sync?.List?.Count, ldap.Sync?.Taken, ldap.Errors, ldap.Sync is { IsStale: true }, ldap.Sync?.Problem)
        : null;

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
        && (other.Recipients.Ldap is { } theirs ? _tenant.Recipients.Ldap is { } ours && theirs.Fits(ours) : _tenant.Recipients.Ldap is null)
        && other.Recipients.MayLose.Equals(_tenant.Recipients.MayLose)
        && other.Domains.SequenceEqual(_tenant.Domains, StringComparer.Ordinal);

    public void Dispose()
    {
        File?.Dispose();
        Ldap?.Dispose();
    }

    /// <summary>Calls back whenever another list comes into force.</summary>
    internal void WhenChanged(Action changed)
    {
        if (File is { } file)
            file.Changed = changed;
        if (Ldap is { Sync: { } sync } ldap)
        {
            sync.Changed = () =>
            {
                ldap.Forget();
                changed();
            };
        }
    }

    /// <summary>Reads the source now.</summary>
    /// <param name="force">Whether it is taken however much it loses.</param>
    internal async Task<SyncResult> SyncAsync(bool force)
    {
        if (Ldap?.Sync is { } sync)
            return await sync.ReadAsync(force).ConfigureAwait(false);
        if (File is not { } file)
            return new SyncResult(_tenant.Name, false, null, "it has no source that is read");
        var isTaken = await Task.Run(() => file.Reload(force)).ConfigureAwait(false);
        return new SyncResult(_tenant.Name, isTaken, file.List?.Count, isTaken ? null : "it cannot be read, or loses more than it may (may_lose): the log says which");
    }

    /// <summary>What the source says. What memory has is answered at once and without allocation.</summary>
    /// <param name="settings">The settings of the session that asks.</param>
    /// <param name="recipient">The recipient.</param>
    internal ValueTask<RecipientAnswer> FindAsync(RecipientSettings settings, Mailbox recipient)
    {
        var answer = Find(settings, recipient);
        return Ldap is null || answer.Status == RecipientStatus.Known ? new(answer) : Ldap.FindAsync(settings, recipient);
    }

    private bool Mad()
    {
        WentMad?.Invoke();
        return true;
    }

    /// <summary>What memory says, in the order in which a mail server would look.</summary>
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
        var source = Ldap is null ? "file" : LdapRecipients.Read;
        if (List is not { } list)
            return new(RecipientStatus.Unavailable, source);
        if (list.Contains(local, recipient.Domain))
            return new(RecipientStatus.Known, source);

        // RFC 5233 §4: user and detail are parted at the first separator; a name that begins with it has no user.
        var end = local.IndexOfAny(settings.Subaddress);
        if (end > 0 && list.Contains(local[..end], recipient.Domain))
            return new(RecipientStatus.Known, source);
        return list.Contains("", recipient.Domain) ? new(RecipientStatus.Known, "catch-all") : new(RecipientStatus.Unknown, source);
    }
}
