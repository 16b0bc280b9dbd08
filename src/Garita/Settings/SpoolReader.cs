using Garita.Gateway.Settings;

namespace Garita.Settings;

/// <summary>Reads <c>[spool]</c>.</summary>
internal static class SpoolReader
{
    public static SpoolSettings Read(TableReader file, LimitSettings limits, int tenants)
    {
        var defaults = new SpoolSettings();
        if (file.Table("spool") is not { } table)
            return defaults;
        var settings = new SpoolSettings
        {
            RetryFirst = table.Duration("retry_first", TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), defaults.RetryFirst),
            RetryMost = table.Duration("retry_most", TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), defaults.RetryMost),
            Expire = table.Duration("expire", TimeSpan.FromMinutes(1), TimeSpan.FromDays(30), defaults.Expire),
            MaxSize = table.Size("max_size", 1L << 20, 1L << 44) ?? defaults.MaxSize,
            TenantShare = table.Share("tenant_share", defaults.TenantShare),
        };
        if (settings.RetryMost < settings.RetryFirst)
            table.Error(table.PlaceOf("retry_most"), "spool.retry_most is shorter than retry_first, expected at least that");
        var share = tenants > 1 ? settings.MaxSize * settings.TenantShare : settings.MaxSize;
        // A message that never fits would be put off for ever while the mail server is away.
        if (share < limits.MessageSize + 8192)
            table.Error(table.PlaceOf("max_size"), $"spool.max_size leaves a tenant {share:0} octets, expected more than limits.message_size ({limits.MessageSize})");
        return settings;
    }
}
