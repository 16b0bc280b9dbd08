namespace Garita.Hardening;

/// <summary>What a host does; a check may be for some of them only.</summary>
[Flags]
public enum Roles
{
    /// <summary>None known.</summary>
    None = 0,

    /// <summary>Garita itself.</summary>
    Gateway = 1,

    /// <summary>Postfix.</summary>
    Postfix = 1 << 1,

    /// <summary>Exim 4.</summary>
    Exim = 1 << 2,

    /// <summary>Sendmail.</summary>
    Sendmail = 1 << 3,

    /// <summary>Dovecot.</summary>
    Dovecot = 1 << 4,

    /// <summary>OpenSMTPD.</summary>
    OpenSmtpd = 1 << 5,

    /// <summary>Every host.</summary>
    Any = Gateway | Postfix | Exim | Sendmail | Dovecot | OpenSmtpd,
}
