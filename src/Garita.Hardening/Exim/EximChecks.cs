namespace Garita.Hardening.Exim;

/// <summary>Exim 4, by its own -bP where it runs.</summary>
internal static class EximChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new EximBanner(),
        new EximConnections(),
        new EximConnectionsPerHost(),
        new EximChunking(),
        new EximVrfy(),
        new EximSync(),
        new EximSmuggling(),
        new EximLoginTls(),
        new EximRelay(),
        new EximUser(),
        new EximMessageSize(),
        new EximLog(),
        new EximConfigRights(),
    ];
}
