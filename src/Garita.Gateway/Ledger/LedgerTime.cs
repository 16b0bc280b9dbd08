namespace Garita.Gateway.Ledger;

/// <summary>Times as the ledger keeps them: microseconds since 1970 UTC, so that SQLite and PostgreSQL keep the same integer.</summary>
internal static class LedgerTime
{
    /// <summary>To microseconds since 1970 UTC.</summary>
    public static long ToMicroseconds(DateTimeOffset time) => (time.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>From microseconds since 1970 UTC.</summary>
    public static DateTimeOffset FromMicroseconds(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
