using Garita.Gateway.Settings;

namespace Garita.Gateway.Relay.Spool;

/// <summary>How long is waited between tries (RFC 5321 §4.5.4.1).</summary>
internal static class SpoolSchedule
{
    /// <summary>The wait after so many failures in a row, from 1: the first one, then twice as long each time, up to the longest.</summary>
    internal static TimeSpan Wait(int failures, SpoolSettings settings)
    {
        var wait = settings.RetryFirst;
        for (var i = 1; i < failures && wait < settings.RetryMost; i++)
            wait *= 2;
        return wait < settings.RetryMost ? wait : settings.RetryMost;
    }
}
