using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Garita.Control;
using Garita.Gateway;
using Garita.Settings;

namespace Garita.Commands;

/// <summary><c>garita reload</c> and <c>garita status</c>.</summary>
internal static class GatewayCommands
{
    public static Command Reload()
    {
        var verb = new Verb("reload", "Make the running gateway read its settings again; sessions go on")
        {
            Examples = ["garita check && garita reload"],
        };
        verb.SetAction(static async (result, _) =>
        {
            using var gateway = CommandLine.GatewayOf(result);
            var answer = await gateway.PostAsync("/v1/reload", ControlJson.Default.ReloadAnswer);
            foreach (var error in answer.Errors)
                await result.InvocationConfiguration.Error.WriteLineAsync(error);
            if (!answer.Applied)
                return ExitCodes.Usage;
            await CommandLine.Output(result).WriteLineAsync("settings reloaded");
            foreach (var sentence in answer.NeedsRestart)
                await CommandLine.Output(result).WriteLineAsync(sentence);
            return answer.Errors.Count == 0 ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return verb;
    }

    public static Command Status()
    {
        var json = CommandLine.Json();
        var verb = new Verb("status", "Show what the running gateway does")
        {
            Examples = ["garita status", "garita status --json | jq .connections"],
        };
        verb.Options.Add(json);
        verb.SetAction(async (result, _) =>
        {
            using var gateway = CommandLine.GatewayOf(result);
            var status = await gateway.GetAsync("/v1/status", ControlJson.Default.GatewayStatus);
            var output = CommandLine.Output(result);
            if (result.GetValue(json))
                await output.WriteLineAsync(JsonSerializer.Serialize(status, ControlJson.Default.GatewayStatus));
            else
                Write(output, status);
            return ExitCodes.Ok;
        });
        return verb;
    }

    private static void Write(TextWriter output, GatewayStatus status)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            Garita {status.Version} on {status.Hostname}, since {status.Started:yyyy-MM-dd HH:mm:ss}Z
            connections  {status.Connections} of {status.ConnectionSlots}, {status.Accepted} since the start; {status.Pressure}
            messages     {status.Delivered} delivered, {status.Refused} refused
            in transit   {status.LettersInMemory} octets in memory, {status.LettersOnDisk} on disk
            bans         {status.Bans}
            records      {status.RecordsDropped} dropped
            """));
        if (status.Warden.Length > 0)
            output.WriteLine("warden       " + SafeText.Escape(status.Warden));
        foreach (var listener in status.Listeners)
            output.WriteLine("listener     " + listener);
        var backends = new TextTable("tenant", "backend", "breaker", "open", "busy", "waiting", "last error");
        foreach (var backend in status.Backends)
        {
            backends.Add(backend.Tenant, backend.Backend, backend.Breaker, backend.Open.ToString(CultureInfo.InvariantCulture), backend.Busy.ToString(CultureInfo.InvariantCulture),
                backend.Waiting.ToString(CultureInfo.InvariantCulture), SafeText.Escape(backend.LastError));
        }

        backends.Write(output);
        if (status.Directories.Count > 0)
        {
            var directories = new TextTable("tenant", "directory", "addresses", "read", "errors", "state");
            foreach (var directory in status.Directories)
            {
                directories.Add(directory.Tenant, directory.Mode, directory.Count?.ToString(CultureInfo.InvariantCulture) ?? "-", directory.Taken is { } taken ? string.Create(CultureInfo.InvariantCulture, $"{taken.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z") : "-",
                    directory.Errors.ToString(CultureInfo.InvariantCulture), (directory.IsStale ? "stale; " : "") + SafeText.Escape(directory.Problem ?? "ok"));
            }

            directories.Write(output);
        }

        var spool = new TextTable("spool", "messages", "held", "octets", "oldest", "mail server");
        foreach (var total in status.Spool)
        {
            spool.Add(total.Tenant, total.Messages.ToString(CultureInfo.InvariantCulture), total.Held.ToString(CultureInfo.InvariantCulture),
                total.Octets.ToString(CultureInfo.InvariantCulture), TimeSpan.FromSeconds(total.OldestSeconds).ToString("c", CultureInfo.InvariantCulture), total.IsDown ? "down" : "answers");
        }

        spool.Write(output);
        foreach (var told in status.Disclosures)
        {
            var putOff = told.PutOffSince is { } since ? string.Create(CultureInfo.InvariantCulture, $"; being harvested, strangers are put off since {since:HH:mm:ss}Z") : "";
            output.WriteLine("disclosure   " + told + putOff);
        }

        foreach (var told in status.MostTold)
            output.WriteLine("told         " + SafeText.Escape(told.ToString()));

        foreach (var kept in status.Quarantine)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"quarantine   {kept.Tenant}: {kept.Messages} messages, {kept.Octets} octets"));
        var rules = new TextTable("rule", "hits");
        foreach (var (rule, hits) in status.RuleHits.OrderByDescending(static pair => pair.Value))
            rules.Add(rule, hits.ToString(CultureInfo.InvariantCulture));
        rules.Write(output);
        var alarms = new TextTable("alarm", "tenant", "time (UTC)", "what", "about");
        foreach (var alarm in status.Alarms)
            alarms.Add(alarm.Kind + (alarm.Over ? " is over" : ""), alarm.Tenant ?? "", alarm.Time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), SafeText.Escape(alarm.Text), SafeText.Escape(alarm.Key));
        alarms.Write(output);
    }
}
