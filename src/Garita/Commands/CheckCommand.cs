using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Garita.Gateway.Recipients.Ldap;
using Garita.Gateway.Relay;
using Garita.Gateway.Settings;
using Garita.Settings;

namespace Garita.Commands;

/// <summary><c>garita check</c>: the settings file, and whether the files it names can be used.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var verb = new Verb("check", "Check the settings and the files they name; changes nothing")
        {
            Examples = ["garita check", "garita check --config ./garita.toml && garita reload"],
        };
        verb.SetAction(Run);
        return verb;
    }

    private static int Run(ParseResult result)
    {
        var settings = CommandLine.SettingsOf(result);
        var output = CommandLine.Output(result);
        var problems = Problems(settings).ToList();
        foreach (var problem in problems)
            result.InvocationConfiguration.Error.WriteLine($"{CommandLine.FileOf(result)}: {problem}");
        if (problems.Count > 0)
            return ExitCodes.Usage;
        output.WriteLine($"{CommandLine.FileOf(result)}: ok, {settings.Listeners.Count} listener(s), {settings.Tenants.Count} tenant(s), {settings.TenantByDomain.Count} domain(s), {settings.Exceptions.Count} exception(s)");
        if (settings.Certificates.Count == 0 && settings.Listeners.Any(static listener => listener.Tls == ListenerTls.StartTls))
            output.WriteLine("note: no [[certificate]]: STARTTLS gets a self-signed one");
        foreach (var tenant in settings.Tenants.Where(static tenant => tenant.Recipients.Source == RecipientSource.Any))
            output.WriteLine($"warning: tenant {tenant.Name} takes every recipient: unknown ones are refused by its mail server only");
        if (settings.Alarms is { Webhook: null, Address: null } && settings.Tenants.Any(static tenant => tenant.WhenBackendDown == WhenBackendDown.Spool))
            output.WriteLine("warning: mail is spooled, but alarms have neither webhook nor address: those by mail wait with it while the mail server is down");
        foreach (var tenant in settings.Tenants.Where(tenant => tenant.Dsn && settings.Outbound is null))
            output.WriteLine($"warning: tenant {tenant.Name} has dsn = true, but there is no [outbound]: senders are told nothing");
        foreach (var tenant in settings.Tenants)
        {
            // Of the service's environment this one may know nothing.
            if (tenant.Recipients.Ldap is { PasswordVariable: { } variable } && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)))
                output.WriteLine($"note: {SafeText.Escape(variable)}, the password of tenant {tenant.Name}'s directory, is not in this environment: it must be in the service's");
        }

        return ExitCodes.Ok;
    }

    private static IEnumerable<string> Problems(GatewaySettings settings)
    {
        foreach (var certificate in settings.Certificates)
        {
            if (CertificateProblem(certificate) is { } problem)
                yield return $"certificate {certificate.Certificate} with key {certificate.Key}: {problem}";
        }

        if (settings.Alarms.Webhook is not null && settings.Alarms.SecretFile is { } secret && ReadProblem(secret) is { } secretProblem)
            yield return $"secret of alarms.webhook: {secretProblem}";
        if (settings.Arc is { } arc && ArcProblem(arc) is { } arcProblem)
            yield return $"key of arc {arc.Key}: {arcProblem}";
        if (settings.Outbound?.Ca is { } outboundCa && ReadProblem(outboundCa) is { } outboundProblem)
            yield return $"CA of outbound: {outboundProblem}";
        foreach (var tenant in settings.Tenants)
        {
            if (tenant.Recipients.File is { } file && ReadProblem(file) is { } problem)
                yield return $"recipients of tenant {tenant.Name}: {problem}";
            if (tenant.Recipients.Ldap is { } ldap && LdapProblem(ldap) is { } ldapProblem)
                yield return $"directory of tenant {tenant.Name}: {ldapProblem}";
            if (tenant.Backends.Ca is { } ca && ReadProblem(ca) is { } caProblem)
                yield return $"CA of tenant {tenant.Name}: {caProblem}";
        }
    }

    private static string? ArcProblem(ArcSettings settings)
    {
        using var key = MessageSeal.ReadKey(settings.Key, out var problem);
        return problem;
    }

    private static string? LdapProblem(LdapSettings settings)
    {
        if (settings.PasswordFile is not null && LdapPassword.TryRead(settings, out _) is { } problem)
            return problem;
        try
        {
            if (settings.Ca is { } ca)
                new X509Certificate2Collection().ImportFromPemFile(ca);
            return null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return unreadable.Message;
        }
    }

    private static string? CertificateProblem(CertificateSettings settings)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPemFile(settings.Certificate, settings.Key);
            var now = TimeProvider.System.GetLocalNow();
            return certificate.NotAfter < now.DateTime ? $"it ended on {certificate.NotAfter:yyyy-MM-dd}" : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return problem.Message;
        }
    }

    private static string? ReadProblem(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            return null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return problem.Message;
        }
    }
}
