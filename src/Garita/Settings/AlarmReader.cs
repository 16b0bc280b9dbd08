using Garita.Gateway.Settings;

namespace Garita.Settings;

/// <summary>Reads <c>[alarms]</c>.</summary>
internal static class AlarmReader
{
    public static AlarmSettings Read(TableReader file, Func<string, string> absolute)
    {
        var defaults = new AlarmSettings();
        if (file.Table("alarms") is not { } table)
            return defaults;
        var url = Webhook(table);
        var secretFile = table.Text("secret_file", "the path of a file with the webhook's secret");
        var secretEnv = table.Text("secret_env", "the name of an environment variable with the webhook's secret");
        // An unsigned notice would teach the receiver to believe anybody.
        if (table.Has("webhook") && !table.Has("secret_file") && !table.Has("secret_env"))
            table.Error(table.PlaceOf("webhook"), "alarms.webhook is given without a secret, expected secret_file or secret_env with it");
        if (table.Has("secret_file") && table.Has("secret_env"))
            table.Error(table.PlaceOf("secret_env"), "alarms.secret_env and alarms.secret_file are both given, expected one of them");
        foreach (var key in (string[])["secret_file", "secret_env"])
        {
            if (table.Has(key) && !table.Has("webhook"))
                table.Error(table.PlaceOf(key), $"alarms.{key} is given, expected webhook with it");
        }

        return new AlarmSettings
        {
            Webhook = url,
            SecretFile = secretFile is null ? null : absolute((string)secretFile.Value),
            SecretEnv = (string?)secretEnv?.Value,
            Mail = table.Flag("mail", defaults.Mail),
        };
    }

    private static Uri? Webhook(TableReader table)
    {
        const string Expected = "a URL such as \"https://alarms.example.com/garita\"";
        if (table.Text("webhook", Expected) is not { } node)
            return null;
        if (Uri.TryCreate((string)node.Value, UriKind.Absolute, out var url) && url is { Scheme: "https" or "http", Host.Length: > 0 })
            return url;
        table.Wrong("webhook", node, Expected);
        return null;
    }
}
