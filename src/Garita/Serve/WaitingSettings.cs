using Garita.Gateway.Settings;

namespace Garita.Serve;

/// <summary>Settings that only a start reads. They are compared with those of the start, so that every reload says what still waits.</summary>
internal static class WaitingSettings
{
    /// <summary>One sentence for each setting that differs from the one in use; empty for none.</summary>
    /// <param name="started">What the gateway was started with.</param>
    /// <param name="now">What the file says now.</param>
    public static IReadOnlyList<string> Find(GatewaySettings started, GatewaySettings now)
    {
        List<string> waiting = [];
        if (!string.Equals(started.DataFolder, now.DataFolder, StringComparison.Ordinal))
            waiting.Add($"data: takes effect at the next start; until then all stays in {started.DataFolder}, the control socket too");
        Compare("admin.bind", started.AdminBind, now.AdminBind);
        Compare("ledger.keep", started.Ledger.Keep, now.Ledger.Keep);
        Compare("ledger.max_size", started.Ledger.MaxSize, now.Ledger.MaxSize);
        return waiting;

        void Compare<T>(string key, T before, T after)
        {
            if (!EqualityComparer<T>.Default.Equals(before, after))
                waiting.Add(key + ": takes effect at the next start");
        }
    }
}
